import type { Clock } from '../../../base/clock.ts';

export interface SilenceWatch extends Disposable {
  /** To be called for all that is heard; costs next to nothing. */
  heard(): void;
}

/** Calls `silent` once nothing has been heard for `ms` milliseconds, but for the times that are `excused`. */
export function watchSilence(
  clock: Clock,
  ms: number,
  { excused, silent }: { excused(): boolean; silent(): void },
): SilenceWatch {
  let last = clock.now();
  let timer: Disposable;
  const look = (): void => {
    if (excused()) last = clock.now();
    const left = last + ms - clock.now();
    if (left <= 0) silent();
    else timer = clock.after(left, look);
  };
  timer = clock.after(ms, look);
  return {
    heard() {
      last = clock.now();
    },
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}
