import { beforeEach, describe, expect, it } from 'vitest';
import { quietMs, unquietMs } from '../../../src/client/sharing/limits.ts';
import { oneAtATime } from '../../../src/client/sharing/oneAtATime.ts';
import { Quiet } from '../../../src/client/sharing/quiet.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';

let clock: FakeClock;
let quiet: Quiet;
let acted: string[];
const touch = (key: string): void => quiet.touched(key, () => acted.push(key));

beforeEach(() => {
  clock = new FakeClock();
  quiet = new Quiet(clock);
  acted = [];
});

describe('what was touched', () => {
  it('is looked at once it was quiet for half a second, and not a millisecond before', async () => {
    touch('a');
    await clock.wind(quietMs - 1);
    touch('a');
    await clock.wind(quietMs - 1);
    expect(acted).toEqual([]);
    await clock.wind(1);
    expect(acted).toEqual(['a']);
    await clock.wind(10 * quietMs);
    expect(acted).toEqual(['a']);
  });

  it('does not wait for others', async () => {
    touch('a');
    await clock.wind(quietMs - 1);
    touch('b');
    await clock.wind(1);
    expect(acted).toEqual(['a']);
  });

  it('is looked at after ten seconds although it is never quiet', async () => {
    for (let ms = 0; ms < unquietMs; ms += 100) {
      touch('a');
      await clock.wind(100);
    }
    expect(acted).toEqual(['a']);
  });

  it('is forgotten at the end', async () => {
    touch('a');
    quiet[Symbol.dispose]();
    expect(clock.waiting).toBe(0);
    await clock.wind(quietMs);
    expect(acted).toEqual([]);
  });
});

describe('one at a time', () => {
  it('runs once more for all who asked during a run', async () => {
    const ends: (() => void)[] = [];
    const run = oneAtATime(() => new Promise((resolve) => ends.push(resolve)));
    const asked = Promise.all([run(), run(), run()]);
    expect(ends.length).toBe(1);
    ends[0]?.();
    await settle();
    expect(ends.length).toBe(2);
    ends[1]?.();
    await asked;
    expect(ends.length).toBe(2);
  });

  it('runs again after a failure', async () => {
    let runs = 0;
    const run = oneAtATime(async () => {
      runs += 1;
      if (runs === 1) throw new Error('first');
    });
    await expect(run()).rejects.toThrow('first');
    await run();
    expect(runs).toBe(2);
  });
});
