import { expect, it } from 'vitest';
import type { Clock } from '../../../src/base/clock.ts';
import { stallShownMs } from '../../../src/server/site/limits.ts';
import { createPulse } from '../../../src/server/site/pulse.ts';
import { FakeClock } from '../../support/fakeClock.ts';

/** A clock that can go on while no timer gets its turn, as when the event loop stands still. */
function stalling(): { clock: Clock; fake: FakeClock; stall: (ms: number) => void } {
  const fake = new FakeClock();
  let stalledMs = 0;
  const clock: Clock = {
    now: () => fake.now() + stalledMs,
    wall: () => fake.wall(),
    after: (ms, act) => fake.after(ms, act),
  };
  return {
    clock,
    fake,
    stall: (ms) => {
      stalledMs += ms;
    },
  };
}

it('is steady while the event loop goes round', async () => {
  const { clock, fake } = stalling();
  using pulse = createPulse(clock, 1000);
  expect(pulse.steady).toBe(true);
  await fake.wind(60_000);
  expect(pulse.steady).toBe(true);
});

it('is not at once after a stall, nor for a while', async () => {
  const { clock, fake, stall } = stalling();
  using pulse = createPulse(clock, 1000);
  await fake.wind(10_000);
  stall(1001 + 500);
  expect(pulse.steady).toBe(false);
  await fake.wind(stallShownMs);
  expect(pulse.steady).toBe(false);
  await fake.wind(1000);
  expect(pulse.steady).toBe(true);
});

it('takes a hiccup for none', async () => {
  const { clock, fake, stall } = stalling();
  using pulse = createPulse(clock, 1000);
  await fake.wind(500);
  stall(1000);
  expect(pulse.steady).toBe(true);
  await fake.wind(500);
  expect(pulse.steady).toBe(true);
});
