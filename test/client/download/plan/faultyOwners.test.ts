import { expect, test } from 'vitest';
import { MiB } from '../../../../src/base/sizes.ts';
import type { HostOptions } from '../../../support/simulatedLan/host.ts';
import { play, type SwarmingOptions } from '../../../support/simulatedLan/swarming.ts';

type Somebody = Omit<HostOptions, 'whole'>;

const hosts = (count: number, name: string, mbit: number): Somebody[] =>
  Array.from({ length: count }, (_, at) => ({ name: `${name}${at}`, up: mbit, down: mbit }));

const size = 256 * MiB;
/** Bytes a millisecond at 100 Mbit/s. */
const rate = 12_500;
/** Milliseconds in all where three of four owners are left after two seconds. */
const withThreeMs = 2000 + (2 * size - 2000 * 4 * rate) / (3 * rate);
const four: SwarmingOptions = { sizes: [2 * size], owners: hosts(4, 's', 100), downloaders: hosts(1, 'd', 1000) };

test('an owner that falls silent costs what it does not send, and a quarter of a second', () => {
  const { lastMs, wasted, faults, downloaders } = play({
    ...four,
    story: (lan, all) => lan.events.after(2000, () => all.get('s0')?.slowTo(0)),
  });
  expect(lastMs).toBeLessThan(withThreeMs + 250);
  expect(wasted).toBeLessThan(MiB);
  expect(downloaders[0]?.leaves).toEqual(['s0']);
  expect(faults).toEqual([]);
});

test('an owner that trickles a byte a second is left as a silent one', () => {
  const { lastMs, wasted, downloaders } = play({
    ...four,
    story: (lan, all) => lan.events.after(2000, () => all.get('s0')?.slowTo(8e-6)),
  });
  expect(lastMs).toBeLessThan(withThreeMs + 250);
  expect(wasted).toBeLessThan(MiB);
  expect(downloaders[0]?.leaves).toEqual(['s0']);
});

test('an owner that falls silent at the very end costs less than a second', () => {
  const { lastMs } = play({ ...four, story: (lan, all) => lan.events.after(10_000, () => all.get('s0')?.slowTo(0)) });
  expect(lastMs).toBeLessThan((2 * size) / (4 * rate) + 1000);
});

test('an owner that dies loses a piece in flight', () => {
  const { lastMs, wasted, faults } = play({
    ...four,
    story: (lan, all) => lan.events.after(2000, () => all.get('s0')?.die()),
  });
  expect(lastMs).toBeLessThan(withThreeMs + 250);
  expect(wasted).toBeLessThan(MiB);
  expect(faults).toEqual([]);
});

test('an owner that pauses for two seconds is kept', () => {
  const { downloaders, wasted } = play({
    ...four,
    story: (lan, all) => {
      lan.events.after(2000, () => all.get('s0')?.slowTo(0));
      lan.events.after(4000, () => all.get('s0')?.slowTo(100));
    },
  });
  expect(downloaders[0]?.leaves).toEqual([]);
  expect(wasted).toBeLessThan(MiB);
});

test('a slow owner is no burden', () => {
  const { lastMs } = play({ ...four, owners: [...hosts(3, 's', 100), ...hosts(1, 'slow', 2)] });
  expect(lastMs).toBeLessThan(((2 * size) / (3 * rate)) * 1.03);
});

test('of a source of bad pieces three are wasted, and its good ones are kept', () => {
  const { lastMs, wasted } = play({
    ...four,
    owners: [...hosts(3, 's', 100), { name: 'bad', up: 100, down: 100, badEvery: 4 }],
  });
  expect(wasted).toBeLessThanOrEqual(4 * MiB);
  expect(lastMs).toBeLessThan((2 * size) / (3 * rate));
});

test('an owner that has nothing of what it says is left', () => {
  const { lastMs, downloaders, wasted } = play({
    ...four,
    owners: [...hosts(3, 's', 100), { name: 'liar', up: 100, down: 100, lies: true }],
  });
  expect(downloaders[0]?.leaves).toContain('liar');
  expect(lastMs).toBeLessThan(((2 * size) / (3 * rate)) * 1.03);
  expect(wasted).toBe(0);
});

test('a crowd bears the death of one of two owners and the silence of one of its own', () => {
  const { lastMs, faults, downloaders } = play({
    sizes: [64 * MiB],
    owners: hosts(2, 's', 100),
    downloaders: hosts(8, 'd', 100),
    untilMs: 60_000,
    story: (lan, all) => {
      lan.events.after(2000, () => all.get('s0')?.die());
      lan.events.after(3000, () => all.get('d0')?.slowTo(0));
    },
  });
  expect(lastMs).toBeLessThan(12_000);
  expect(faults).toEqual([]);
  expect(downloaders.every(({ bytes }) => bytes < 72 * MiB)).toBe(true);
});

test('a crowd ends although the only owner dies once each piece was sent', () => {
  const { lastMs } = play({
    sizes: [32 * MiB],
    owners: hosts(1, 's', 100),
    downloaders: hosts(4, 'd', 100),
    untilMs: 60_000,
    story: (lan, all) => lan.events.after(3100, () => all.get('s0')?.die()),
  });
  expect(lastMs).toBeLessThan(10_000);
});
