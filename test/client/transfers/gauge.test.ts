import { describe, expect, it } from 'vitest';
import { openGauge } from '../../../src/client/transfers/gauge.ts';
import { FakeClock } from '../../support/fakeClock.ts';

describe('the gauge of a download', () => {
  it('tells how fast it goes, and how fast each owner sends', async () => {
    const clock = new FakeClock();
    const gauge = openGauge(clock);
    gauge.begin();
    gauge.reach(0, [{ owner: 'Bob', bytes: 0 }]);
    await clock.wind(1000);
    gauge.reach(3000, [
      { owner: 'Bob', bytes: 1000 },
      { owner: 'Sally', bytes: 2000 },
    ]);
    await clock.wind(1000);
    gauge.reach(5000, [
      { owner: 'Bob', bytes: 2000 },
      { owner: 'Sally', bytes: 3000 },
    ]);
    expect(gauge.rate()).toBe(2500);
    expect(gauge.owners()).toEqual([
      { owner: 'Sally', bytes: 3000, rate: 1000 },
      { owner: 'Bob', bytes: 2000, rate: 1000 },
    ]);
  });

  it('adds up what an owner sent over several starts, and measures each anew', async () => {
    const clock = new FakeClock();
    const gauge = openGauge(clock);
    gauge.begin();
    await clock.wind(1000);
    gauge.reach(4000, [{ owner: 'Bob', bytes: 4000 }]);
    gauge.end();
    expect(gauge.rate()).toBe(0);
    expect(gauge.owners()).toEqual([{ owner: 'Bob', bytes: 4000, rate: 0 }]);
    gauge.begin();
    await clock.wind(1000);
    gauge.reach(100, [{ owner: 'Bob', bytes: 100 }]);
    expect(gauge.rate()).toBe(100);
    expect(gauge.owners()).toMatchObject([{ owner: 'Bob', bytes: 4100 }]);
  });

  it('takes no note of what comes while it does not run', () => {
    const gauge = openGauge(new FakeClock());
    gauge.reach(100, [{ owner: 'Bob', bytes: 100 }]);
    expect([gauge.rate(), gauge.owners()]).toEqual([0, []]);
  });

  it('names the 32 owners who sent most of a crowd', () => {
    const gauge = openGauge(new FakeClock());
    gauge.begin();
    gauge.reach(
      1,
      Array.from({ length: 100 }, (_, number) => ({ owner: `peer${number}`, bytes: number })),
    );
    expect(gauge.owners()).toHaveLength(32);
    expect(gauge.owners()[0]).toMatchObject({ owner: 'peer99', bytes: 99 });
    expect(gauge.owners().at(-1)).toMatchObject({ owner: 'peer68' });
  });
});
