import { type Clock, sleep } from '../../base/clock.ts';

/** Waits for `work`, and no longer than so many milliseconds. False where it took longer; what it rejects with is thrown. */
export async function inTime(work: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(clock, ms, timer.signal).then(
    () => false,
    () => true,
  );
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    timer.abort();
  }
}
