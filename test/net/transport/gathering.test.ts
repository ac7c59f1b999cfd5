import { describe, expect, it } from 'vitest';
import { dripsToGather, gatherBytes, gatherMs } from '../../../src/net/transport/limits.ts';
import { Gathering } from '../../../src/net/transport/node/gathering.ts';
import { FakeClock } from '../../support/fakeClock.ts';

const record = 16_384;

/** A connection on which `bytesPerMs` come, of which the system holds at most `window` for us. */
function link(bytesPerMs: number, window = 65_535) {
  const clock = new FakeClock();
  let waiting = 0;
  /** Of a record that has not come whole. */
  let begun = 0;
  let reading = true;
  let [taken, reads, longest, pausedAt] = [0, 0, 0, 0];
  const gathering = new Gathering(clock, {
    pause() {
      reading = false;
      pausedAt = clock.now();
    },
    resume() {
      if (!reading) longest = Math.max(longest, clock.now() - pausedAt);
      reading = true;
    },
  });
  return {
    gathering,
    clock,
    isReading: () => reading,
    of: () => ({ taken, reads, longest }),
    async run(ms: number): Promise<void> {
      for (let at = 0; at < ms; at++) {
        await clock.wind(1);
        waiting = Math.min(window, waiting + bytesPerMs);
        if (!reading) continue;
        reads += 1;
        begun += waiting;
        waiting = 0;
        for (; begun >= record; begun -= record) {
          taken += record;
          gathering.heard(record);
        }
      }
    },
  };
}

describe('bytes of an answer', () => {
  it('are let gather where they come in drips: fewer reads bring as much', async () => {
    const slow = link(1500);
    await slow.run(10_000);
    const { taken, reads, longest } = slow.of();
    expect(taken).toBeGreaterThan(0.99 * 10_000 * 1500 - gatherBytes);
    // A read a millisecond would be 10,000.
    expect(reads).toBeLessThan(3000);
    expect(longest).toBeLessThanOrEqual(gatherMs.most);
    expect(longest).toBeGreaterThan(gatherMs.least);
  });

  it.each([4000, 8000, 12_500])('lose no speed at %d bytes a millisecond, whatever the window', async (rate) => {
    for (const window of [40_000, 65_535, 4_000_000]) {
      const one = link(rate, window);
      await one.run(5000);
      expect(one.of().taken).toBeGreaterThan(0.97 * 5000 * rate - window);
    }
  });

  it('are never let gather on a fast connection', async () => {
    const fast = link(100_000, 4_000_000);
    await fast.run(1000);
    expect(fast.of().longest).toBe(0);
  });

  it('come without a pause until there were some drips in a row', async () => {
    const { gathering, clock, isReading } = link(0);
    for (let drip = 1; drip < dripsToGather; drip++) {
      await clock.wind(5);
      gathering.heard(record);
      expect(isReading()).toBe(true);
    }
    await clock.wind(5);
    gathering.heard(record);
    expect(isReading()).toBe(false);
  });

  it('do not come at the end of a pause while they are not wanted for other reasons, and do as soon as they are', async () => {
    const { gathering, clock, isReading, run } = link(1500);
    await run(500);
    while (isReading()) await run(1);
    gathering.want(false);
    await clock.wind(gatherMs.most);
    expect(isReading()).toBe(false);
    gathering.want(true);
    expect(isReading()).toBe(true);
  });

  it('come at once when the answer is over', async () => {
    const { gathering, isReading, run } = link(1500);
    await run(500);
    while (isReading()) await run(1);
    gathering.over();
    expect(isReading()).toBe(true);
  });
});
