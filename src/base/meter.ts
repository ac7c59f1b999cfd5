import type { Clock } from './clock.ts';

/** How fast something goes, over the last seconds. */
export interface Meter {
  /** Takes how many bytes there are by now. */
  reach(bytes: number): void;
  /** 0 while nothing is known. */
  bytesPerSecond(): number;
  /** Nothing while nobody can tell. */
  secondsLeft(size: number): number | undefined;
}

/** The rate is that of the last 5 s: long enough to be steady, short enough to show a change. */
const rateWindowMs = 5000;
/** Closer samples than this replace one another, milliseconds, so that a fast source costs no memory. */
const sampleMs = 100;

export function openMeter(clock: Pick<Clock, 'now'>): Meter {
  /** Oldest first; the first may be older than the window, so that there is always something to measure from. */
  const seen: { at: number; bytes: number }[] = [];
  const bytesPerSecond = (): number => {
    const [first] = seen;
    const last = seen.at(-1);
    if (first === undefined || last === undefined || clock.now() <= first.at) return 0;
    return ((last.bytes - first.bytes) / (clock.now() - first.at)) * 1000;
  };
  return {
    reach(bytes) {
      const now = clock.now();
      if (now - (seen.at(-2)?.at ?? Number.NEGATIVE_INFINITY) < sampleMs) seen.pop();
      seen.push({ at: now, bytes });
      while (seen.length > 2 && (seen[1]?.at ?? now) <= now - rateWindowMs) seen.shift();
    },
    bytesPerSecond,
    secondsLeft(size) {
      const rate = bytesPerSecond();
      return rate > 0 ? (size - (seen.at(-1)?.bytes ?? 0)) / rate : undefined;
    },
  };
}
