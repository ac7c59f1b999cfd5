import type { ContentId } from '../../../base/ids.ts';
import { pieceBytes } from '../../../base/merkle.ts';
import type { RateLimit } from '../../../base/rateLimit.ts';
import type { HttpReply } from '../../../net/transport/transport.ts';
import { failureKind } from '../disk/diskErrors.ts';
import { turnBytes } from '../limits.ts';
import type { Deliveries } from './deliveries.ts';
import type { Downloader } from './downloader.ts';
import type { Reader } from './parts.ts';
import { busy, problem, turnedAway } from './replies.ts';
import type { Stream } from './stream.ts';
import type { ByteRange } from './trueBytes.ts';
import { type UploadWays, uploadBody } from './upload.ts';
import type { Uploads } from './uploads.ts';

export interface StreamSender {
  reader: Reader;
  uploads: Uploads;
  limit: RateLimit;
  deliveries: Deliveries;
}

export interface StreamRequest {
  /** What a person calls that which is fetched: a folder, where it is a file in it. */
  content: ContentId;
  stream: Stream;
  /** Which bytes, once it is known that they can be sent; nothing where there are none. */
  range(): ByteRange | undefined;
  caller: Downloader;
  /** Aborts when the caller is gone. */
  signal: AbortSignal;
}

/**
 * Sends a range of a stream. Its first chunk is read before a reply is made, so that a file that changed earlier is a
 * clear 409; later than that, the connection is cut.
 */
export async function sendStream(
  { reader, uploads, limit, deliveries }: StreamSender,
  { content, stream, range, caller, signal }: StreamRequest,
  withBody: (range: ByteRange, body: AsyncIterable<Uint8Array>) => HttpReply,
): Promise<HttpReply> {
  const turn = await uploads.begin(caller, quantumOf(stream), signal);
  if ('place' in turn) return turnedAway(turn);
  const chosen = signal.aborted ? undefined : range();
  if (chosen === undefined) {
    turn[Symbol.dispose]();
    return problem('no-piece', 'none of these pieces is here yet');
  }
  const sendings = [stream.tally.begin(chosen), deliveries.begin(caller, content, stream.layout.size)];
  const taken = (bytes: number): void => {
    for (const sending of sendings) sending.taken(bytes);
  };
  const close = (): void => {
    turn[Symbol.dispose]();
    for (const sending of sendings) sending.ended();
  };
  const chunks = stream.read(chosen, reader);
  return await sendChunks(chunks, signal, { turn, limit, taken, close }, (body) => withBody(chosen, body));
}

/** Sends what is read. Where that fails from the first, the reply says so, and nothing is held any more. */
export async function sendChunks(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  signal: AbortSignal,
  ways: UploadWays,
  withBody: (body: AsyncIterable<Uint8Array>) => HttpReply,
): Promise<HttpReply> {
  try {
    const first = (await chunks.next()).value ?? new Uint8Array();
    return withBody(uploadBody(first, chunks, signal, ways));
  } catch (error) {
    ways.close();
    return unreadable(error);
  }
}

/** Says of a failure to read what it means for the caller. */
function unreadable(error: unknown): HttpReply {
  switch (failureKind(error)) {
    case 'changed':
      return problem('changed', 'the file changed since it was announced: ask the tracker anew');
    case 'exhausted':
      return busy('too many files are open');
    case 'other':
      return problem('fault', "the file could not be read at its owner's");
  }
}

/** Bytes of one turn of a stream's upload. */
export function quantumOf({ layout }: Stream): number {
  const piece = layout.files.length === 1 ? pieceBytes(layout.size) : turnBytes.least;
  return Math.min(turnBytes.most, Math.max(turnBytes.least, piece));
}
