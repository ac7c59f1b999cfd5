import { sleep } from '../../../base/clock.ts';
import type { ContentId } from '../../../base/ids.ts';
import { type ResourceName, resourceName } from '../../../base/names.ts';
import { retryAfterSeconds, standMs } from '../limits.ts';
import { quantumOf, type StreamSender } from './sendStream.ts';
import type { Stream } from './stream.ts';
import { uploadBody } from './upload.ts';
import type { Turn } from './uploads.ts';

/** Single files that are announced to everybody, by their names: for those who have no tickets. */
export interface ByName {
  /**
   * `address` is whom it is fair to; waits for his turn. `failure`: the file changed, or there was no turn. The bytes come
   * as turns and the limit allow, and fail where the file changes and when `signal` says that the caller is gone.
   */
  open(
    name: string,
    address: string,
    signal: AbortSignal,
  ): Promise<{ size: number; bytes: AsyncIterable<Uint8Array> } | 'not-found' | 'failure'>;
}

/** `find` gives the bytes of what is announced to everybody. */
export function byName(
  { reader, uploads, limit, deliveries }: StreamSender,
  find: (name: ResourceName) => { id: ContentId; stream: Stream } | undefined,
): ByName {
  /** Those who have no word for `busy` are not sent away: they stand in line. */
  const turnOf = async (stream: Stream, address: string, signal: AbortSignal): Promise<Turn | undefined> => {
    const until = reader.clock.now() + standMs;
    while (reader.clock.now() < until) {
      const turn = await uploads.begin({ key: `at ${address}`, address }, quantumOf(stream), signal);
      if (!('place' in turn)) return turn;
      await sleep(reader.clock, retryAfterSeconds * 1000, signal);
    }
    return undefined;
  };
  return {
    async open(text, address, signal) {
      const name = announcedName(text);
      if (name === undefined) return 'not-found';
      const shared = find(name);
      if (shared === undefined) return 'not-found';
      const turn = await turnOf(shared.stream, address, signal);
      if (turn === undefined) return 'failure';
      const still = find(name);
      if (still === undefined) {
        turn[Symbol.dispose]();
        return 'not-found';
      }
      const { id, stream } = still;
      const { size } = stream.layout;
      const range = { start: 0, end: size };
      const sendings = [stream.tally.begin(range), deliveries.begin({ key: `at ${address}`, address }, id, size)];
      const taken = (count: number): void => {
        for (const sending of sendings) sending.taken(count);
      };
      const close = (): void => {
        turn[Symbol.dispose]();
        for (const sending of sendings) sending.ended();
      };
      const chunks = stream.read(range, reader);
      try {
        const first = (await chunks.next()).value ?? new Uint8Array();
        return { size, bytes: uploadBody(first, chunks, signal, { turn, limit, taken, close }) };
      } catch {
        // Whoever looks after what is shared has been told; the caller learns only that there is no file.
        close();
        return 'failure';
      }
    },
  };
}

/** Nothing where nobody could have announced it: a path, above all. */
function announcedName(text: string): ResourceName | undefined {
  try {
    return resourceName(text);
  } catch {
    return undefined;
  }
}
