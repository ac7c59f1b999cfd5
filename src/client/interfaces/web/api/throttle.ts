import type { Clock } from '../../../../base/clock.ts';

/** Tells news of each thing at once, and then at most every so often; of what came in between, the last. */
export interface Throttle<Value> extends Disposable {
  tell(key: string, value: Value): void;
  /** Nothing is told any more of what came last. */
  forget(key: string): void;
}

export function openThrottle<Value>(clock: Clock, gapMs: number, told: (value: Value) => void): Throttle<Value> {
  const resting = new Map<string, { timer: Disposable; last?: { value: Value } | undefined }>();

  const rest = (key: string): void => {
    const timer = clock.after(gapMs, () => {
      const last = resting.get(key)?.last;
      resting.delete(key);
      if (last === undefined) return;
      rest(key);
      told(last.value);
    });
    resting.set(key, { timer });
  };
  return {
    tell(key, value) {
      const found = resting.get(key);
      if (found !== undefined) {
        found.last = { value };
        return;
      }
      rest(key);
      told(value);
    },
    forget(key) {
      const found = resting.get(key);
      if (found !== undefined) found.last = undefined;
    },
    [Symbol.dispose]() {
      for (const { timer } of resting.values()) timer[Symbol.dispose]();
      resting.clear();
    },
  };
}
