import { expect, it } from 'vitest';
import { sessionId } from '../../../src/base/ids.ts';
import type { PeerEvent } from '../../../src/server/brain/peerEvents.ts';
import { maxHappenings, timeLineMs } from '../../../src/server/site/limits.ts';
import { type Happening, openTimeLine, type TimeLine } from '../../../src/server/site/timeLine.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { alice } from '../support/brain.ts';

function scene(): {
  clock: FakeClock;
  timeLine: TimeLine;
  told: Happening[];
  watched: () => number;
  joins: () => void;
} {
  const clock = new FakeClock();
  const told: Happening[] = [];
  const watchers = new Set<(event: PeerEvent) => void>();
  const operator = {
    watch(tell: (event: PeerEvent) => void): Disposable {
      watchers.add(tell);
      return { [Symbol.dispose]: () => void watchers.delete(tell) };
    },
  };
  const timeLine = openTimeLine(operator, clock, (happening) => void told.push(happening));
  const joins = (): void => {
    const event = { session: sessionId(1), user: alice, address: '10.0.0.1', port: 1, at: clock.wall() };
    for (const tell of watchers) tell({ ...event, what: 'joined' });
  };
  return { clock, timeLine, told, watched: () => watchers.size, joins };
}

it('keeps what happened, numbered in order, and tells it at once', () => {
  const { timeLine, told, joins } = scene();
  joins();
  joins();
  expect(timeLine.happenings().map(({ number, what, user }) => [number, what, user])).toEqual([
    [1, 'joined', 'alice'],
    [2, 'joined', 'alice'],
  ]);
  expect(told).toEqual(timeLine.happenings());
});

it('forgets what is an hour old, and says since when nothing is missing', async () => {
  const { clock, timeLine, joins } = scene();
  const openedAt = clock.wall();
  joins();
  await clock.wind(timeLineMs);
  expect(timeLine.happenings()).toHaveLength(1);
  expect(timeLine.from).toBe(openedAt);
  await clock.wind(1);
  expect(timeLine.happenings()).toEqual([]);
  expect(timeLine.from).toBe(openedAt + 1);
});

it('keeps the newest of a crowd, however many come, and says since when', async () => {
  const { clock, timeLine, joins } = scene();
  for (let at = 0; at < 5 * maxHappenings; at++) {
    await Promise.resolve();
    joins();
    clock.jumpWall(1);
  }
  const kept = timeLine.happenings();
  expect(kept).toHaveLength(maxHappenings);
  expect([kept[0]?.number, kept.at(-1)?.number]).toEqual([4 * maxHappenings + 1, 5 * maxHappenings]);
  expect(timeLine.from).toBe((kept[0]?.at ?? 0) - 1);
});

it('listens no longer once it is disposed of', () => {
  const { timeLine, watched } = scene();
  expect(watched()).toBe(1);
  timeLine[Symbol.dispose]();
  expect(watched()).toBe(0);
});
