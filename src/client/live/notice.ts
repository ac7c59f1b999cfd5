import type { Clock } from '../../base/clock.ts';

/** Tells that something changed, to those who want to know, at once for the first and then at most every so often. */
export interface Notice extends Disposable {
  tell(): void;
  watch(told: () => void): Disposable;
}

export function openNotice(clock: Pick<Clock, 'after'>, gapMs: number): Notice {
  const watchers = new Set<() => void>();
  let timer: Disposable | undefined;
  let untold = false;
  const tellAll = (): void => {
    untold = false;
    timer = clock.after(gapMs, () => {
      timer = undefined;
      if (untold) tellAll();
    });
    for (const told of [...watchers]) told();
  };
  return {
    tell() {
      untold = true;
      if (timer === undefined && watchers.size > 0) tellAll();
    },
    watch(told) {
      // A function of its own, so that one that listens twice can leave once.
      const watcher = (): void => told();
      watchers.add(watcher);
      return { [Symbol.dispose]: () => void watchers.delete(watcher) };
    },
    [Symbol.dispose]() {
      timer?.[Symbol.dispose]();
      watchers.clear();
    },
  };
}
