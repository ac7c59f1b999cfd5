import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/base/clock.ts';
import { tickMs } from '../../src/server/liveness/detector.ts';
import { startTicks } from '../../src/server/ticks.ts';
import { FakeClock, settle } from '../support/fakeClock.ts';

/** A clock that can have stood still: the next timer comes late by as much as is said. */
class StallingClock extends FakeClock {
  lateMs = 0;
  override now(): number {
    return super.now() + this.lateMs;
  }
}

function watched(
  clock: Clock,
  arrivals: () => number = () => 0,
): { ticks: [number, number][]; stalls: number[] } & Disposable {
  const ticks: [number, number][] = [];
  const stalls: number[] = [];
  const running = startTicks({
    clock,
    detector: {
      tick: (now, lateMs) => {
        ticks.push([now, lateMs]);
        return [];
      },
    },
    stalledMs: 1000,
    arrivals,
    perform: () => {},
    stalled: (lateMs) => void stalls.push(lateMs),
  });
  return { ticks, stalls, [Symbol.dispose]: () => running[Symbol.dispose]() };
}

describe('ticks', () => {
  it('come every tickMs, on time', async () => {
    const clock = new FakeClock();
    using running = watched(clock);
    await clock.wind(3 * tickMs);
    expect(running.ticks).toEqual([
      [tickMs, 0],
      [2 * tickMs, 0],
      [3 * tickMs, 0],
    ]);
  });

  it('tell by how much they are late, and go on from there', async () => {
    const clock = new StallingClock();
    using running = watched(clock);
    clock.lateMs = 400;
    await clock.wind(tickMs);
    await clock.wind(tickMs);
    expect(running.ticks.map(([, lateMs]) => lateMs)).toEqual([400, 0]);
    expect(running.stalls).toEqual([]);
  });

  it('after a stall come only when the sockets have handed over what waited in them', async () => {
    const clock = new StallingClock();
    let arrived = 0;
    let waiting = 50;
    const takeOne = (): void => {
      if (waiting === 0) return;
      waiting -= 1;
      arrived += 1;
      setImmediate(takeOne);
    };
    using running = watched(clock, () => arrived);
    clock.lateMs = 10_000;
    setImmediate(takeOne);
    await clock.wind(tickMs);
    for (let turn = 0; turn < 10 && running.ticks.length === 0; turn++) await settle();
    expect([running.ticks.length, waiting]).toEqual([1, 0]);
    expect(running.stalls).toEqual([10_000]);
    expect(running.ticks[0]?.[1]).toBe(10_000);
  });

  it('stop when they are disposed of, in the middle of a stall too', async () => {
    const clock = new StallingClock();
    const running = watched(clock);
    clock.lateMs = 10_000;
    const winding = clock.wind(tickMs);
    running[Symbol.dispose]();
    await winding;
    await settle();
    await clock.wind(10 * tickMs);
    expect(running.ticks).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});
