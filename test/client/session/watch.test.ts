import { expect, test } from 'vitest';
import type { Clock } from '../../../src/base/clock.ts';
import { watch } from '../../../src/client/session/watch.ts';
import { FakeClock } from '../../support/fakeClock.ts';

function watched(clock: Clock) {
  const told = { woke: [] as number[], looks: 0 };
  const watching = watch(clock, {
    woke: (gapMs) => void told.woke.push(gapMs),
    look() {
      told.looks += 1;
    },
  });
  return { told, watching };
}

test('an uneventful life is looked at each second', async () => {
  const clock = new FakeClock();
  const { told, watching } = watched(clock);
  await clock.wind(10_999);
  expect(told).toEqual({ woke: [], looks: 10 });
  watching[Symbol.dispose]();
  expect(clock.waiting).toBe(0);
});

test.each([
  ['forward, as after a suspend that stops the monotonic clock', 1],
  ['backward, as when it is set', -1],
])('a wall clock that jumps over five seconds %s is a wake', async (_, way) => {
  const clock = new FakeClock();
  const { told } = watched(clock);
  clock.jumpWall(way * 5000);
  await clock.wind(1000);
  expect(told).toEqual({ woke: [], looks: 1 });
  clock.jumpWall(way * 5001);
  await clock.wind(1000);
  expect(told).toEqual({ woke: [5001], looks: 1 });
  await clock.wind(1000);
  expect(told).toEqual({ woke: [5001], looks: 2 });
});

test('a look that comes over five seconds late is a wake, where both clocks go on in a suspend', () => {
  const time = { now: 0 };
  let timer = (): void => {};
  const clock: Clock = {
    now: () => time.now,
    wall: () => 1_000_000 + time.now,
    after(_, act) {
      timer = act;
      return { [Symbol.dispose]: () => {} };
    },
  };
  const { told } = watched(clock);
  time.now += 6000;
  timer();
  expect(told).toEqual({ woke: [], looks: 1 });
  time.now += 6001;
  timer();
  expect(told).toEqual({ woke: [5001], looks: 1 });
});
