import type { RateLimit } from '../../../base/rateLimit.ts';
import { chunkBytes, sliceBytes } from '../limits.ts';
import type { Turn } from './uploads.ts';

export interface UploadWays {
  turn: Pick<Turn, 'most' | 'ready' | 'handed' | 'taken'>;
  limit: RateLimit;
  /** The reader took so many bytes more. */
  taken?: ((bytes: number) => void) | undefined;
  /** It ended, in whichever way: what it holds can be let go. Told once. */
  close(): void;
}

/**
 * The body of a reply: `first`, then the `rest`, as turns and the limit allow. It ends when all is read, when reading
 * fails, when the transport lets go of it, even before the first chunk, and when `signal` says that the caller is gone.
 */
export function uploadBody(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
  signal: AbortSignal,
  { turn, limit, taken, close }: UploadWays,
): AsyncIterable<Uint8Array> {
  /** Read, and not yet handed on. */
  let ahead = first;
  /** Bytes that the reader was given last. */
  let given = 0;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    signal.removeEventListener('abort', end);
    close();
    rest.return().catch(() => {
      // What it read ahead failed, and nobody wants it any more.
    });
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end);

  /** The next slice; nothing at the end. */
  const slice = async (): Promise<Uint8Array | undefined> => {
    if (ahead.length === 0) {
      const next = await rest.next();
      if (next.done === true) return undefined;
      ahead = next.value;
    }
    const turnComes = turn.ready();
    if (turnComes !== undefined) await turnComes;
    if (ended) return undefined;
    const bytes = ahead.subarray(0, Math.min(limit.bounded ? sliceBytes : chunkBytes, turn.most));
    const mayPass = limit.take(bytes.length, signal);
    if (mayPass !== undefined) await mayPass;
    if (ended) return undefined;
    ahead = ahead.subarray(bytes.length);
    return bytes;
  };

  const chunks: AsyncIterator<Uint8Array, void, undefined> = {
    async next() {
      if (signal.aborted) throw signal.reason;
      if (ended) return { done: true, value: undefined };
      turn.taken();
      taken?.(given);
      given = 0;
      try {
        const value = await slice();
        if (value === undefined) {
          end();
          return { done: true, value };
        }
        given = value.length;
        turn.handed(given);
        return { done: false, value };
      } catch (error) {
        end();
        throw error;
      }
    },
    async return() {
      end();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => chunks };
}
