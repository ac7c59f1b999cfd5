import type { RateLimit } from '../../../base/rateLimit.ts';
import type { HttpReply } from '../../../net/transport/transport.ts';
import { encodeProblem, type PeerProblemCode, peerProblems, problemType } from '../../../net/wire/peer.ts';
import { partedSeconds, retryAfterSeconds, sliceBytes } from '../limits.ts';
import type { TurnedAway } from './uploads.ts';

/** A reply that says why there is nothing else. */
export function problem(
  code: PeerProblemCode,
  detail: string,
  headers: Record<string, string> = {},
  place?: number,
): HttpReply {
  const body = encodeProblem(code, detail, place);
  return reply(peerProblems[code], { 'content-type': problemType, 'cache-control': 'no-store', ...headers }, body);
}

/** `place` is the caller's in the line, where he stands in one. */
export function busy(why: string, place?: number): HttpReply {
  const detail = `${why}: try again in ${retryAfterSeconds} s`;
  return problem('busy', detail, { 'retry-after': String(retryAfterSeconds) }, place);
}

export function turnedAway({ place }: TurnedAway): HttpReply {
  if (place !== undefined) return busy('too many uploads are under way', place);
  const detail = 'this peer is about to leave and begins nothing more: ask another owner';
  return problem('busy', detail, { 'retry-after': String(partedSeconds) });
}

export function reply(
  status: number,
  headers: Record<string, string>,
  body?: Uint8Array | AsyncIterable<Uint8Array>,
): HttpReply {
  const length = body instanceof Uint8Array ? { 'content-length': String(body.length) } : {};
  const all = new Map(Object.entries({ ...headers, ...length }));
  return body === undefined ? { status, headers: all } : { status, headers: all, body };
}

/** The same at the rate that the user allows, for bytes that are in memory. */
export function paced(answer: HttpReply, limit: RateLimit, signal: AbortSignal): HttpReply {
  const { body } = answer;
  return limit.bounded && body instanceof Uint8Array ? { ...answer, body: slices(body, limit, signal) } : answer;
}

async function* slices(
  bytes: Uint8Array,
  limit: RateLimit,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let from = 0; from < bytes.length; from += sliceBytes) {
    const slice = bytes.subarray(from, from + sliceBytes);
    await limit.take(slice.length, signal);
    yield slice;
  }
}

/** The same for HEAD: all but the body. */
export const withoutBody = ({ status, headers }: HttpReply): HttpReply => ({ status, headers });
