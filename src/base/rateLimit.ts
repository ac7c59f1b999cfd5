import type { Clock } from './clock.ts';

/** Holds a flow to so many bytes a second. */
export interface RateLimit {
  /**
   * To be asked before bytes are moved on. Nothing where they may pass now; else a promise that resolves once they may.
   * Takers are let through in the order in which they came.
   * @throws the signal's reason, as a rejection
   */
  take(bytes: number, signal?: AbortSignal): void | Promise<void>;
}

/** Lets everything pass. */
export const unlimited: RateLimit = { take: () => undefined };

/** What may pass at once after a pause, milliseconds of the rate: late timers lose nothing, and no link notices it. */
export const burstMs = 100;

interface Taker {
  bytes: number;
  pass(): void;
}

/**
 * A bucket that fills at `bytesPerSecond`, up to `burstMs` of it. In any span no more passes than fills it, one burst and,
 * where a single take is larger than that, the largest: such a one waits until all of it has come together.
 */
export function openRateLimit(bytesPerSecond: number, clock: Pick<Clock, 'now' | 'after'>): RateLimit {
  const bytesPerMs = bytesPerSecond / 1000;
  const burst = bytesPerMs * burstMs;
  /** First come, first through. */
  const line: Taker[] = [];
  let level = burst;
  let filledAt = clock.now();
  let timer: Disposable | undefined;

  const fill = (): void => {
    const now = clock.now();
    level = Math.min(level + (now - filledAt) * bytesPerMs, burst + (line[0]?.bytes ?? 0));
    filledAt = now;
  };
  const serve = (): void => {
    timer?.[Symbol.dispose]();
    fill();
    for (let first = line[0]; first !== undefined && first.bytes <= level; first = line[0]) {
      level -= first.bytes;
      line.shift();
      first.pass();
    }
    const [first] = line;
    // Whole milliseconds, as timers have: what is late fills the bucket for the next.
    timer = first && clock.after(Math.ceil((first.bytes - level) / bytesPerMs), serve);
  };

  return {
    take(bytes, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (line.length === 0) {
        fill();
        if (bytes <= level) {
          level -= bytes;
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
