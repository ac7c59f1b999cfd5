import type { Clock } from '../../base/clock.ts';
import { quietMs, unquietMs } from './limits.ts';

/** Waits until nothing touched a thing for a moment; or not that long, where it is touched again and again. */
export class Quiet implements Disposable {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, { since: number; timer: Disposable }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `act` once the thing named `key` is quiet. */
  touched(key: string, act: () => void): void {
    const now = this.#clock.now();
    const before = this.#waiting.get(key);
    before?.timer[Symbol.dispose]();
    const since = before?.since ?? now;
    const ms = Math.min(quietMs, Math.max(0, since + unquietMs - now));
    const timer = this.#clock.after(ms, () => {
      this.#waiting.delete(key);
      act();
    });
    this.#waiting.set(key, { since, timer });
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#waiting.values()) timer[Symbol.dispose]();
    this.#waiting.clear();
  }
}
