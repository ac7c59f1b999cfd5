import type { Clock } from '../../base/clock.ts';

/** Does something after each of some spans: once for each, however often it is begun meanwhile. */
export interface Repeats {
  begin(): void;
  stop(): void;
}

export function openRepeats(clock: Pick<Clock, 'after'>, spansMs: readonly number[], act: () => void): Repeats {
  const timers = new Map<number, Disposable>();
  return {
    begin() {
      for (const ms of spansMs) {
        if (timers.has(ms)) continue;
        const timer = clock.after(ms, () => {
          timers.delete(ms);
          act();
        });
        timers.set(ms, timer);
      }
    },
    stop() {
      for (const timer of timers.values()) timer[Symbol.dispose]();
      timers.clear();
    },
  };
}
