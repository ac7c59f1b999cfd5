import { describe, expect, it } from 'vitest';
import type { Log } from '../../../src/base/log.ts';
import { openKeeper } from '../../../src/client/transfers/keeper.ts';
import { FakeClock } from '../../support/fakeClock.ts';

function scene() {
  const clock = new FakeClock();
  const warnings: string[] = [];
  const writes: number[] = [];
  const disk = { fails: false, ms: 0 };
  const warn = (_: object, message: string): void => void warnings.push(message);
  const log: Log = { debug() {}, info() {}, warn, error: warn };
  const write = async (): Promise<void> => {
    writes.push(clock.now());
    if (disk.ms > 0) await new Promise<void>((resolve) => void clock.after(disk.ms, resolve));
    if (disk.fails) throw new Error('the disk is full');
  };
  return { clock, warnings, writes, disk, keeper: openKeeper(write, clock, log) };
}

describe('the list on the disk', () => {
  it('is written at once after a first change, and then at most once a second', async () => {
    const { clock, writes, keeper } = scene();
    for (let change = 0; change < 29; change++) {
      keeper.changed(0);
      await clock.wind(100);
    }
    expect(writes).toEqual([0, 1000, 2000]);
    await clock.wind(5000);
    expect(writes).toEqual([0, 1000, 2000, 3000]);
  });

  it('waits with what may wait, and no longer for that where something else may not', async () => {
    const { clock, writes, keeper } = scene();
    keeper.changed(10_000);
    await clock.wind(5000);
    keeper.changed(10_000);
    await clock.wind(4999);
    expect(writes).toEqual([]);
    await clock.wind(1);
    expect(writes).toEqual([10_000]);
    keeper.changed(10_000);
    keeper.changed(0);
    await clock.wind(1000);
    expect(writes).toEqual([10_000, 11_000]);
  });

  it('is written again where it changed while it was written', async () => {
    const { clock, writes, disk, keeper } = scene();
    disk.ms = 300;
    keeper.changed(0);
    await clock.wind(100);
    keeper.changed(0);
    await clock.wind(3000);
    expect(writes).toEqual([0, 1300]);
  });

  it('is tried again where the disk fails, and the log is told once', async () => {
    const { clock, writes, warnings, disk, keeper } = scene();
    disk.fails = true;
    keeper.changed(0);
    await clock.wind(25_000);
    expect(writes).toEqual([0, 10_000, 20_000]);
    expect(warnings).toEqual(['the list of downloads could not be written down']);
    disk.fails = false;
    await clock.wind(20_000);
    expect(writes).toEqual([0, 10_000, 20_000, 30_000]);
  });

  it('is written at the end where it changed since, and not where it did not; no timer is left', async () => {
    const { clock, writes, keeper } = scene();
    keeper.changed(10_000);
    await keeper[Symbol.asyncDispose]();
    expect([writes, clock.waiting]).toEqual([[0], 0]);
    keeper.changed(0);
    await clock.wind(20_000);
    expect([writes, clock.waiting]).toEqual([[0], 0]);
    const other = scene();
    await other.keeper[Symbol.asyncDispose]();
    expect(other.writes).toEqual([]);
  });
});
