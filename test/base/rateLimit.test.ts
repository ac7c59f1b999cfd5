import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustableRateLimit, burstMs, openRateLimit, unlimited } from '../../src/base/rateLimit.ts';
import { FakeClock, settle } from '../support/fakeClock.ts';

/** A limit, and a record of what passed it. */
function scene(rate: number) {
  const clock = new FakeClock();
  const limit = openRateLimit(rate, clock);
  const passed: { at: number; bytes: number; taker: number }[] = [];
  let takers = 0;
  const take = async (bytes: number, signal?: AbortSignal): Promise<void> => {
    const taker = takers++;
    await limit.take(bytes, signal);
    passed.push({ at: clock.now(), bytes, taker });
  };
  return { clock, limit, passed, take };
}

describe('a rate limit', () => {
  it('lets a burst pass at once, and not a byte more', () => {
    const { limit } = scene(10_000);
    expect(limit.take(999)).toBeUndefined();
    expect(limit.take(1)).toBeUndefined();
    expect(limit.take(1)).toBeInstanceOf(Promise);
  });

  it('lets what is larger than the burst pass once all of it has come together', async () => {
    const { clock, passed, take } = scene(10_000);
    void take(5000);
    await clock.wind(399);
    expect(passed).toEqual([]);
    await clock.wind(1);
    expect(passed).toEqual([{ at: 400, bytes: 5000, taker: 0 }]);
  });

  it('lets nobody by who came later, however little he wants', async () => {
    const { clock, passed, take } = scene(10_000);
    void take(5000);
    void take(1);
    await clock.wind(1000);
    expect(passed.map(({ taker, at }) => [taker, at])).toEqual([
      [0, 400],
      [1, 401],
    ]);
  });

  it('keeps no more than a burst over a pause', async () => {
    const { clock, limit } = scene(10_000);
    await clock.wind(60_000);
    expect(limit.take(1000)).toBeUndefined();
    expect(limit.take(1)).toBeInstanceOf(Promise);
  });

  it('loses nothing to late timers', async () => {
    const clock = new FakeClock();
    let passed = 0;
    const late = { now: () => clock.now(), after: (ms: number, act: () => void) => clock.after(ms + 7, act) };
    const limit = openRateLimit(10_000, late);
    const drain = async (): Promise<void> => {
      for (let turn = 0; turn < 100; turn++) {
        await limit.take(500);
        passed++;
      }
    };
    void drain();
    await clock.wind(4907);
    expect(passed).toBe(100);
  });

  it('rejects with the reason of an abort, and moves the others up at once', async () => {
    const { clock, limit, passed, take } = scene(10_000);
    const stop = new AbortController();
    const refused = expect(limit.take(100_000, stop.signal)).rejects.toThrow('enough');
    void take(500);
    await settle();
    expect(passed).toEqual([]);
    stop.abort(new Error('enough'));
    await refused;
    await settle();
    expect(passed).toEqual([{ at: 0, bytes: 500, taker: 0 }]);
    expect(clock.waiting).toBe(0);
    await expect(limit.take(1, stop.signal)).rejects.toThrow('enough');
  });

  it('leaves the others in the line where one in its middle is aborted', async () => {
    const { clock, passed, take } = scene(10_000);
    const stop = new AbortController();
    void take(2000);
    const gone = take(2000, stop.signal).catch(() => {});
    void take(2000);
    stop.abort();
    await gone;
    await clock.wind(10_000);
    expect(passed.map(({ taker, at }) => [taker, at])).toEqual([
      [0, 100],
      [2, 300],
    ]);
  });

  it('passes no more in any second or longer than its rate, a burst, and what is one larger take', async () => {
    const takes = fc.array(
      fc.record({ pause: fc.integer({ min: 0, max: 400 }), bytes: fc.integer({ min: 1, max: 6000 }) }),
      {
        minLength: 1,
        maxLength: 60,
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2000, max: 50_000 }), takes, async (rate, plan) => {
        const { clock, passed, take } = scene(rate);
        const burst = (rate * burstMs) / 1000;
        for (const { pause, bytes } of plan) {
          void take(bytes);
          await clock.wind(pause);
        }
        await clock.wind(400_000);
        expect(passed.map(({ taker }) => taker)).toEqual(plan.map((_, taker) => taker));
        const largest = Math.max(...plan.map(({ bytes }) => bytes));
        const slack = largest > burst ? burst + largest : burst;
        for (const [first, { at: start }] of passed.entries()) {
          let sum = 0;
          for (const { at, bytes } of passed.slice(first)) {
            sum += bytes;
            const span = Math.max(1000, at - start);
            expect(sum).toBeLessThanOrEqual((rate * span) / 1000 + slack + 1e-6);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is kept busy by those who wait: n bytes are through as soon as the rate allows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 50 }), async (sizes) => {
        const rate = 10_000;
        const { clock, passed, take } = scene(rate);
        for (const bytes of sizes) void take(bytes);
        await clock.wind(60_000);
        const sum = sizes.reduce((total, bytes) => total + bytes, 0);
        const due = Math.max(0, (sum - (rate * burstMs) / 1000) / (rate / 1000));
        expect(passed.at(-1)?.at).toBeGreaterThanOrEqual(due - 1e-6);
        expect(passed.at(-1)?.at).toBeLessThanOrEqual(due + 1);
      }),
      { numRuns: 60 },
    );
  });

  it('that is none lets everything pass', () => {
    expect(unlimited.take(Number.MAX_SAFE_INTEGER)).toBeUndefined();
  });
});

describe('a rate limit that is changed', () => {
  it('lets those who wait go on at the new rate', async () => {
    const clock = new FakeClock();
    const limit = adjustableRateLimit(1000, clock);
    const passed: number[] = [];
    for (const bytes of [1100, 1000]) void Promise.resolve(limit.take(bytes)).then(() => passed.push(clock.now()));
    await clock.wind(500);
    expect(passed).toEqual([]);
    // 600 of 1,100 are there by now; the level is no more than a burst of the new rate.
    limit.set(10_000);
    await clock.wind(49);
    expect(passed).toEqual([]);
    await clock.wind(1);
    expect(passed).toEqual([550]);
    await clock.wind(100);
    expect(passed).toEqual([550, 650]);
    expect(clock.waiting).toBe(0);
  });

  it('lets everybody pass at once where the limit is taken away, and none where it comes back', async () => {
    const clock = new FakeClock();
    const limit = adjustableRateLimit(1000, clock);
    const passed: string[] = [];
    void Promise.resolve(limit.take(50_000)).then(() => passed.push('large'));
    void Promise.resolve(limit.take(10)).then(() => passed.push('small'));
    expect(limit.bounded).toBe(true);
    limit.set(undefined);
    await settle();
    expect(passed).toEqual(['large', 'small']);
    expect(clock.waiting).toBe(0);
    expect(limit.bounded).toBe(false);
    expect(limit.take(1_000_000)).toBeUndefined();
    await clock.wind(60_000);
    limit.set(1000);
    expect(limit.take(100)).toBeUndefined();
    expect(limit.take(1)).toBeInstanceOf(Promise);
  });

  it('counts what passed, in whichever way', async () => {
    const clock = new FakeClock();
    const limit = adjustableRateLimit(undefined, clock);
    void limit.take(5);
    limit.set(1000);
    void limit.take(100);
    const stop = new AbortController();
    const refused = expect(limit.take(1000, stop.signal)).rejects.toThrow('enough');
    void limit.take(200);
    stop.abort(new Error('enough'));
    await refused;
    expect(limit.passed).toBe(105);
    await clock.wind(200);
    expect(limit.passed).toBe(305);
  });

  it('never lets more pass than the fastest of its rates, however it is changed', async () => {
    const steps = fc.array(
      fc.record({
        rate: fc.integer({ min: 1000, max: 20_000 }),
        bytes: fc.integer({ min: 1, max: 3000 }),
        ms: fc.nat(300),
      }),
      { minLength: 1, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const clock = new FakeClock();
        const limit = adjustableRateLimit(1000, clock);
        const fastest = Math.max(1000, ...plan.map(({ rate }) => rate));
        const largest = Math.max(...plan.map(({ bytes }) => bytes));
        for (const { rate, bytes, ms } of plan) {
          void limit.take(bytes);
          limit.set(rate);
          await clock.wind(ms);
          expect(limit.passed).toBeLessThanOrEqual((fastest * (clock.now() + burstMs)) / 1000 + largest + 1e-6);
        }
        await clock.wind(200_000);
        expect(limit.passed).toBe(plan.reduce((sum, { bytes }) => sum + bytes, 0));
      }),
      { numRuns: 60 },
    );
  });
});
