import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepRead } from '../../../../src/server/site/page/keepRead.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('reads at once, and again after its rest, however often what it read grew old', async () => {
  let read = 0;
  const reading = keepRead(async () => {
    read += 1;
    return 1000;
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(read).toBe(1);
  for (let times = 0; times < 50; times++) reading.touch();
  await vi.advanceTimersByTimeAsync(999);
  expect(read).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(read).toBe(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toBe(2);
  reading.stop();
});

it('never reads twice at a time, and reads again what grew old meanwhile', async () => {
  const waiting: (() => void)[] = [];
  const reading = keepRead(() => new Promise((resolve) => void waiting.push(() => resolve(0))));
  await vi.advanceTimersByTimeAsync(0);
  reading.touch();
  await vi.advanceTimersByTimeAsync(5000);
  expect(waiting).toHaveLength(1);
  waiting[0]?.();
  await vi.advanceTimersByTimeAsync(1);
  expect(waiting).toHaveLength(2);
  reading.stop();
});

it('aborts what it reads when it is stopped, and reads no more', async () => {
  let signal: AbortSignal | undefined;
  const reading = keepRead(async (given) => {
    signal = given;
    return 0;
  });
  await vi.advanceTimersByTimeAsync(0);
  reading.stop();
  reading.touch();
  const first = signal;
  await vi.advanceTimersByTimeAsync(5000);
  expect([first?.aborted, signal]).toEqual([true, first]);
});
