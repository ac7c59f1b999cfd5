import { describe, expect, it } from 'vitest';
import { every, sleep } from '../../src/base/clock.ts';
import { jitter } from '../../src/base/random.ts';
import { FakeClock } from '../support/fakeClock.ts';

describe('sleep', () => {
  it('ends at its time and not a millisecond before', async () => {
    const clock = new FakeClock();
    let woken = false;
    const asleep = sleep(clock, 100).then(() => {
      woken = true;
    });
    await clock.wind(99);
    expect(woken).toBe(false);
    await clock.wind(1);
    await asleep;
    expect(woken).toBe(true);
  });

  it('ends with the reason of an abort, and leaves no timer', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const asleep = sleep(clock, 100, abort.signal);
    abort.abort(new Error('enough'));
    await expect(asleep).rejects.toThrow('enough');
    await expect(sleep(clock, 100, abort.signal)).rejects.toThrow('enough');
    expect(clock.waiting).toBe(0);
  });
});

describe('every', () => {
  it('calls until it is disposed of, also from inside a call', async () => {
    const clock = new FakeClock();
    let calls = 0;
    const timer = every(clock, 10, () => {
      calls += 1;
      if (calls === 3) timer[Symbol.dispose]();
    });
    await clock.wind(9);
    expect(calls).toBe(0);
    await clock.wind(1);
    expect(calls).toBe(1);
    await clock.wind(1000);
    expect(calls).toBe(3);
    expect(clock.waiting).toBe(0);
  });
});

describe('jitter', () => {
  it('spreads over its share on both sides', () => {
    expect(jitter(2000, 0.1, () => 0)).toBe(1800);
    expect(jitter(2000, 0.1, () => 0.5)).toBe(2000);
    expect(jitter(2000, 0.1, () => 0.999999)).toBeCloseTo(2200, 1);
  });
});
