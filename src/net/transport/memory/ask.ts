import { abortReason } from '../failures.ts';
import type { Endpoint } from '../transport.ts';
import type { Host, Wire } from './wire.ts';

/** Waits for what may come, but no longer than the signal lets it. */
export function unlessAborted<T>(coming: Promise<T>, signal: AbortSignal, at: Endpoint): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(abortReason(signal, at));
    coming.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** Does `act` at another host and brings back what came of it. */
export function ask<T>(
  wire: Wire,
  { from, to, at }: { from: Host; to: Host; at: Endpoint },
  act: () => T | Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const answer = new Promise<T>((resolve, reject) => {
    wire.hop(from, to, () => {
      new Promise<T>((done) => done(act())).then(
        (value) => wire.hop(to, from, () => resolve(value)),
        (error) => wire.hop(to, from, () => reject(error)),
      );
    });
  });
  return unlessAborted(answer, signal, at);
}
