import { expect, it } from 'vitest';
import type { Sample } from '../../../src/server/site/api/bodies.ts';
import { maxSamples } from '../../../src/server/site/limits.ts';
import { openSamples } from '../../../src/server/site/samples.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const counters = () => ({ accepted: 0, badMac: 0, replayed: 0, malformed: 0, unknown: 0 });

it('samples what came within each second, by the time that really passed', async () => {
  const clock = new FakeClock();
  const heartbeats = counters();
  const operations = { total: 7, byName: new Map() };
  const told: Sample[] = [];
  const samples = openSamples({ heartbeats, operations }, clock, (sample) => void told.push(sample));
  heartbeats.accepted = 50;
  heartbeats.badMac = 9;
  operations.total = 10;
  await clock.wind(1000);
  heartbeats.accepted = 51;
  await clock.wind(1000);
  expect(samples.all().map(({ heartbeats, operations }) => [heartbeats, operations])).toEqual([
    [50, 3],
    [1, 0],
  ]);
  expect(told).toEqual(samples.all());
  expect(told[1]?.at).toBe(clock.wall());
  samples[Symbol.dispose]();
  expect(clock.waiting).toBe(0);
});

it('keeps ten minutes', async () => {
  const clock = new FakeClock();
  const operations = { total: 0, byName: new Map() };
  using samples = openSamples({ heartbeats: counters(), operations }, clock, () => {
    operations.total += 1;
  });
  await clock.wind((maxSamples + 5) * 1000);
  expect(samples.all()).toHaveLength(maxSamples);
  expect(samples.all().at(-1)?.at).toBe(clock.wall());
});
