import { type ContentId, shortId } from '../../../base/ids.ts';
import { safeText } from '../../../base/safeText.ts';
import type { HttpAnswer } from '../../../net/transport/transport.ts';
import { decodeProblem, etag, type PeerProblem } from '../../../net/wire/peer.ts';
import { maxProblemBytes } from '../limits.ts';
import { type FaultKind, OwnerFault } from '../plan/faults.ts';
import type { Source } from './source.ts';

/** What an answer has to be before its body counts. */
export interface Expected {
  id: ContentId;
  status: 200 | 206;
  /** Bytes of the body. */
  length: number;
  /** Content-Range, where a range was asked for. */
  range?: string | undefined;
}

/** @throws OwnerFault for what is no success */
export async function expectStatus(source: Source, answer: HttpAnswer, status: 200 | 206): Promise<void> {
  if (answer.status !== status) throw await refusal(source, answer);
}

/** The body's length as it was announced. @throws OwnerFault for what is no success, or has no length */
export async function announcedLength(source: Source, answer: HttpAnswer, status: 200 | 206): Promise<number> {
  await expectStatus(source, answer, status);
  const length = answer.headers.get('content-length') ?? '';
  if (!/^\d{1,15}$/.test(length)) throw new OwnerFault('failed', 'its answer does not say how long it is');
  return Number(length);
}

/** @throws OwnerFault where the answer is another than the one that was asked for */
export async function expectAnswer(source: Source, answer: HttpAnswer, expected: Expected): Promise<void> {
  const length = await announcedLength(source, answer, expected.status);
  const tag = answer.headers.get('etag');
  if (tag !== undefined && tag !== etag(expected.id)) {
    throw new OwnerFault('bad', `it answered with another content than ${shortId(expected.id)}`);
  }
  const range = answer.headers.get('content-range');
  if (expected.range !== undefined && range !== expected.range) {
    throw new OwnerFault(
      'bad',
      `it answered with "${safeText(range ?? 'no range').slice(0, 100)}", not "${expected.range}"`,
    );
  }
  if (length !== expected.length) {
    throw new OwnerFault('bad', `it answered with ${length} bytes where ${expected.length} were asked for`);
  }
}

const kinds: Record<number, FaultKind> = {
  401: 'refused',
  403: 'refused',
  404: 'missing',
  409: 'changed',
  // It has fewer bytes than were announced.
  416: 'changed',
  503: 'busy',
};

async function refusal(source: Source, answer: HttpAnswer): Promise<OwnerFault> {
  const problem = await readProblem(source, answer);
  const kind = problem?.code === 'no-piece' ? 'absent' : (kinds[answer.status] ?? 'failed');
  const seconds = Number(answer.headers.get('retry-after'));
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  const detail = safeText(problem?.detail ?? '').slice(0, 200);
  return new OwnerFault(kind, `${answer.status} ${detail}`.trim(), { retryAfterMs, place: problem?.place });
}

/** What the owner says about it, or nothing. */
async function readProblem(source: Source, answer: HttpAnswer): Promise<PeerProblem | undefined> {
  const length = Number(answer.headers.get('content-length') ?? Number.NaN);
  if (!(length <= maxProblemBytes)) return undefined;
  const body = new Uint8Array(length);
  let at = 0;
  try {
    await source.readSoon(answer, (chunk) => {
      body.set(chunk, at);
      at += chunk.length;
    });
  } catch (error) {
    // Only the words are lost; the status stands.
    if (!(error instanceof OwnerFault || error instanceof RangeError)) throw error;
  }
  return decodeProblem(body);
}
