import type { Clock } from '../../base/clock.ts';
import type { Stream } from '../../net/transport/transport.ts';

/** How an answer ended. `lost`: the connection broke. `silent`: nothing came for too long. */
export type Ending = 'ended' | 'lost' | 'silent';

export interface ConverseOptions {
  clock: Clock;
  /** Milliseconds without a byte; what `take` needs does not count. */
  silentMs: number;
  signal: AbortSignal;
}

type Take = (bytes: Uint8Array) => Promise<void>;

/**
 * Says one thing and hands on what comes back, piece by piece, until it ends. Closes the stream.
 * @throws what `take` throws, and the signal's reason
 */
export function converse(stream: Stream, request: Uint8Array, take: Take, options: ConverseOptions): Promise<Ending> {
  return new Promise((resolve, reject) => {
    listen(stream, take, options, (outcome) => {
      if (typeof outcome === 'string') resolve(outcome);
      else reject(outcome.failure);
    });
    stream.write(request);
  });
}

function listen(
  stream: Stream,
  take: Take,
  { clock, silentMs, signal }: ConverseOptions,
  settle: (outcome: Ending | { failure: unknown }) => void,
): void {
  let outcome: Ending | { failure: unknown } | undefined;
  let taking: Promise<void> = Promise.resolve();
  let silence: Disposable | undefined;
  let closed = false;
  const stop = (why: 'silent' | { failure: unknown }): void => {
    outcome ??= why;
    stream.destroy();
  };
  const wait = (): void => {
    if (!closed) silence = clock.after(silentMs, () => stop('silent'));
  };
  const abort = (): void => stop({ failure: signal.reason });
  const takeOne = async (bytes: Uint8Array): Promise<void> => {
    silence?.[Symbol.dispose]();
    if (typeof outcome === 'object') return;
    try {
      await take(bytes);
      wait();
    } catch (failure) {
      stop({ failure });
    }
  };
  stream.open({
    data(bytes) {
      taking = takeOne(bytes);
      return taking;
    },
    ended() {
      outcome ??= 'ended';
      stream.end();
    },
    closed(error) {
      closed = true;
      silence?.[Symbol.dispose]();
      signal.removeEventListener('abort', abort);
      // What came last may still be on its way to the disk.
      void taking.then(() => settle(outcome ?? (error === undefined ? 'ended' : 'lost')));
    },
  });
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  wait();
}
