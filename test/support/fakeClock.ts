import type { Clock } from '../../src/base/clock.ts';

interface Timer {
  at: number;
  act: () => void;
}

/** A clock that stands still until it is wound. */
export class FakeClock implements Clock {
  #now = 0;
  #wallOffset: number = Date.UTC(2030, 0, 1);
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now + this.#wallOffset;
  }

  /** Makes the wall clock jump, as after a suspend or a correction. */
  jumpWall(ms: number): void {
    this.#wallOffset += ms;
  }

  after(ms: number, act: () => void): Disposable {
    const timer = { at: this.#now + ms, act };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }

  /** Timers that are waiting: none may be left once something was disposed of. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Lets `ms` pass, in order of the timers' times; what is awaited in between gets its turns. */
  async wind(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.act();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    }
    return first;
  }
}

/** Gives every promise that is ready its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
