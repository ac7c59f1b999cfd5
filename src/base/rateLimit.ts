import type { Clock } from './clock.ts';

/** Holds a flow to so many bytes a second. */
export interface RateLimit {
  /** False while everything may pass at once: then nothing is gained by moving little at a time. */
  readonly bounded: boolean;
  /**
   * To be asked before bytes are moved on. Nothing where they may pass now; else a promise that resolves once they may.
   * Takers are let through in the order in which they came.
   * @throws the signal's reason, as a rejection
   */
  take(bytes: number, signal?: AbortSignal): void | Promise<void>;
}

/** One that may be changed while bytes wait for it. */
export interface AdjustableRateLimit extends RateLimit {
  /** Bytes that were let through since it was made. */
  readonly passed: number;
  /** From now on so many bytes a second; no limit where nothing is given. Those who wait go on at the new rate. */
  set(bytesPerSecond: number | undefined): void;
}

/** Lets everything pass. */
export const unlimited: RateLimit = { bounded: false, take: () => undefined };

/** What may pass at once after a pause, milliseconds of the rate: late timers lose nothing, and no link notices it. */
export const burstMs = 100;

interface Taker {
  bytes: number;
  pass(): void;
}

type Timers = Pick<Clock, 'now' | 'after'>;

/**
 * A bucket that fills at `bytesPerSecond`, up to `burstMs` of it. In any span no more passes than fills it, one burst and,
 * where a single take is larger than that, the largest: such a one waits until all of it has come together.
 */
export const openRateLimit = (bytesPerSecond: number, clock: Timers): RateLimit =>
  adjustableRateLimit(bytesPerSecond, clock);

/** The same, for a rate that changes; without one everything passes. */
export function adjustableRateLimit(bytesPerSecond: number | undefined, clock: Timers): AdjustableRateLimit {
  let bytesPerMs = bytesPerSecond === undefined ? undefined : bytesPerSecond / 1000;
  /** First come, first through. */
  const line: Taker[] = [];
  let level = (bytesPerMs ?? 0) * burstMs;
  let filledAt = clock.now();
  let passed = 0;
  let timer: Disposable | undefined;

  const fill = (rate: number): void => {
    const now = clock.now();
    level = Math.min(level + (now - filledAt) * rate, rate * burstMs + (line[0]?.bytes ?? 0));
    filledAt = now;
  };
  const fits = (bytes: number): boolean => {
    if (bytesPerMs === undefined) return true;
    if (bytes > level) return false;
    level -= bytes;
    return true;
  };
  const serve = (): void => {
    timer?.[Symbol.dispose]();
    if (bytesPerMs !== undefined) fill(bytesPerMs);
    for (let first = line[0]; first !== undefined && fits(first.bytes); first = line[0]) {
      passed += first.bytes;
      line.shift();
      first.pass();
    }
    const [first] = line;
    // Whole milliseconds, as timers have: what is late fills the bucket for the next.
    timer =
      first === undefined || bytesPerMs === undefined
        ? undefined
        : clock.after(Math.ceil((first.bytes - level) / bytesPerMs), serve);
  };

  return {
    get bounded() {
      return bytesPerMs !== undefined;
    },
    get passed() {
      return passed;
    },
    set(next) {
      if (bytesPerMs !== undefined) fill(bytesPerMs);
      else filledAt = clock.now();
      const rate = next === undefined ? undefined : next / 1000;
      // What was saved up at the old rate is no more than a burst of the new one.
      level = Math.min(bytesPerMs === undefined ? Number.POSITIVE_INFINITY : level, (rate ?? 0) * burstMs);
      bytesPerMs = rate;
      serve();
    },
    take(bytes, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (line.length === 0) {
        if (bytesPerMs !== undefined) fill(bytesPerMs);
        if (fits(bytes)) {
          passed += bytes;
          return undefined;
        }
      }
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          line.splice(line.indexOf(taker), 1);
          reject(signal?.reason);
          serve();
        };
        const taker: Taker = {
          bytes,
          pass() {
            signal?.removeEventListener('abort', leave);
            resolve();
          },
        };
        signal?.addEventListener('abort', leave, { once: true });
        if (line.push(taker) === 1) serve();
      });
    },
  };
}
