import type { Clock } from '../../base/clock.ts';

/** A signal that aborts with `late()` after `ms`, or with the outer signal's reason when that comes first. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/** Written out instead of `AbortSignal.any`, so that a long-lived outer signal keeps nothing of a deadline that is over. */
export function deadline(clock: Clock, ms: number, late: () => Error, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  const timer = clock.after(ms, () => controller.abort(late()));
  const abort = (): void => controller.abort(outer?.reason);
  if (outer?.aborted) abort();
  else outer?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      timer[Symbol.dispose]();
      outer?.removeEventListener('abort', abort);
    },
  };
}
