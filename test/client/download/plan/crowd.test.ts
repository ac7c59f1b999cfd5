import { describe, expect, test } from 'vitest';
import { GiB, MiB } from '../../../../src/base/sizes.ts';
import type { HostOptions } from '../../../support/simulatedLan/host.ts';
import { play, type Swarming } from '../../../support/simulatedLan/swarming.ts';

type Somebody = Omit<HostOptions, 'whole'>;

const hosts = (count: number, name: string, mbit: number): Somebody[] =>
  Array.from({ length: count }, (_, at) => ({ name: `${name}${at}`, up: mbit, down: mbit }));

/** Bytes a millisecond at 100 Mbit/s. */
const rate = 12_500;
const size = 256 * MiB;
const linkMs = size / rate;

describe('one owner and a crowd that starts at once, on links of 100 Mbit/s', () => {
  const crowds = new Map<number, Swarming>();
  const crowd = (count: number, noticeMs: number): Swarming => {
    const played =
      crowds.get(count) ??
      play({ sizes: [size], owners: hosts(1, 's', 100), downloaders: hosts(count, 'd', 100), noticeMs });
    crowds.set(count, played);
    return played;
  };
  const noticeMs = 600;

  test('the last of 8 is done within 1.10 of the time of one file over one link', () => {
    expect(crowd(8, noticeMs).lastMs / linkMs).toBeLessThan(1.1);
  });

  test('the last of 16 is done within 1.15', () => {
    expect(crowd(16, noticeMs).lastMs / linkMs).toBeLessThan(1.15);
  });

  test('the time hardly grows with the crowd', () => {
    const growth = crowd(16, noticeMs).lastMs / crowd(2, noticeMs).lastMs;
    expect(growth).toBeLessThan(1.1);
  });

  test('hardly a byte comes twice, and no promise is broken', () => {
    for (const count of [2, 8, 16]) {
      const { wasted, faults } = crowd(count, noticeMs);
      expect(faults).toEqual([]);
      expect(wasted).toBeLessThan(size / 100);
    }
  });

  test('the owner sends each piece about once', () => {
    const { hosts: all } = crowd(8, noticeMs);
    expect(all[0]?.sentPieces).toBeLessThan(256 * 1.1);
  });

  test('owners with four slots do it within 1.25', () => {
    const few = (somebody: Somebody): Somebody => ({ ...somebody, slots: 4 });
    const { lastMs } = play({
      sizes: [size],
      owners: hosts(1, 's', 100).map(few),
      downloaders: hosts(8, 'd', 100).map(few),
      noticeMs,
    });
    expect(lastMs / linkMs).toBeLessThan(1.25);
  });
});

test('a crowd shares a folder of small files in asks of many', () => {
  const sizes = new Array<number>(3000).fill(16_384);
  const { lastMs, downloaders, faults, layout } = play({
    sizes,
    owners: hosts(1, 's', 100),
    downloaders: hosts(4, 'd', 100),
    noticeMs: 600,
  });
  expect(faults).toEqual([]);
  expect(lastMs / (layout.size / rate)).toBeLessThan(1.25);
  for (const { asks } of downloaders) expect(asks).toBeLessThan(800);
});

test('four whole owners give 0.98 of their links together', () => {
  const { lastMs, wasted, faults } = play({
    sizes: [size],
    owners: hosts(4, 's', 100),
    downloaders: hosts(1, 'd', 1000),
  });
  expect(size / (4 * rate) / lastMs).toBeGreaterThan(0.98);
  expect(wasted).toBeLessThan(MiB);
  expect(faults).toEqual([]);
});

test('a fast and a slow owner end together', () => {
  const { lastMs } = play({
    sizes: [size],
    owners: [...hosts(1, 'fast', 800), ...hosts(1, 'slow', 80)],
    downloaders: hosts(1, 'd', 1000),
  });
  expect(size / (8.8 * rate) / lastMs).toBeGreaterThan(0.94);
});

test('a lone owner on 5 Gbit/s is asked a dozen times for a GiB, and its link is never idle', () => {
  const { lastMs, downloaders } = play({
    sizes: [GiB],
    owners: hosts(1, 's', 5000),
    downloaders: hosts(1, 'd', 5000),
  });
  expect(downloaders[0]?.asks).toBeLessThan(20);
  expect(GiB / (50 * rate) / lastMs).toBeGreaterThan(0.98);
});

test('a lone owner of 10,000 small files is asked a few times', () => {
  const { downloaders, lastMs, layout } = play({
    sizes: new Array<number>(10_000).fill(4096),
    owners: hosts(1, 's', 5000),
    downloaders: hosts(1, 'd', 5000),
  });
  expect(downloaders[0]?.asks).toBeLessThan(10);
  expect(lastMs).toBeLessThan(layout.size / (50 * rate) + 25);
});
