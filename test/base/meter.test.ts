import { describe, expect, it } from 'vitest';
import { openMeter } from '../../src/base/meter.ts';
import { FakeClock } from '../support/fakeClock.ts';

describe('the meter', () => {
  it('knows nothing before something moved', () => {
    const meter = openMeter(new FakeClock());
    expect(meter.bytesPerSecond()).toBe(0);
    meter.reach(100);
    expect(meter.bytesPerSecond()).toBe(0);
    expect(meter.secondsLeft(200)).toBeUndefined();
  });

  it('does not count what an earlier start had fetched', async () => {
    const clock = new FakeClock();
    const meter = openMeter(clock);
    meter.reach(1_000_000);
    await clock.wind(1000);
    meter.reach(1_000_500);
    expect(meter.bytesPerSecond()).toBe(500);
    expect(meter.secondsLeft(1_001_000)).toBe(1);
  });

  it('goes by the last five seconds', async () => {
    const clock = new FakeClock();
    const meter = openMeter(clock);
    let bytes = 0;
    for (let second = 0; second < 20; second++) {
      bytes += second < 10 ? 1000 : 10;
      meter.reach(bytes);
      await clock.wind(1000);
    }
    expect(meter.bytesPerSecond()).toBeLessThanOrEqual(10);
  });

  it('sees a stall: the rate falls while nothing moves', async () => {
    const clock = new FakeClock();
    const meter = openMeter(clock);
    meter.reach(0);
    await clock.wind(1000);
    meter.reach(1000);
    await clock.wind(9000);
    expect(meter.bytesPerSecond()).toBe(100);
  });
});
