import { expect, it } from 'vitest';
import { sessionId } from '../../../src/base/ids.ts';
import type { LogEntry } from '../../../src/base/logBook.ts';
import type { EventBodies } from '../../../src/server/site/api/bodies.ts';
import { gatherMs, maxGatheredHappenings, maxGatheredLines, maxReaders } from '../../../src/server/site/limits.ts';
import { createReaders } from '../../../src/server/site/readers.ts';
import type { EventStream } from '../../../src/web/eventStream.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { alice } from '../support/brain.ts';

const census = { sessions: 1, users: { alive: 1, suspect: 0, unreached: 0 }, resources: 0, contents: 0 };

function scene() {
  const clock = new FakeClock();
  const operator = {
    version: 1,
    asked: 0,
    census: async () => {
      operator.asked += 1;
      return census;
    },
  };
  const readers = createReaders(operator, clock);
  const reader = () => {
    const ended = new AbortController();
    const told: { event: string; data: EventBodies[keyof EventBodies] }[] = [];
    const stream: EventStream<EventBodies> = {
      send: (event, data) => void told.push({ event, data }),
      ended: ended.signal,
    };
    readers.add(stream);
    return { told, close: () => ended.abort() };
  };
  return { clock, operator, readers, reader };
}

const line = (number: number): LogEntry => ({ number, at: 0, level: 'info', message: 'x', fields: {} });
const happening = (number: number) =>
  ({ number, session: sessionId(1), user: alice, address: '10.0.0.1', port: 1, at: 0, what: 'joined' }) as const;

it('tells what happened to all readers, gathered', async () => {
  const { clock, readers, reader } = scene();
  const [one, two] = [reader(), reader()];
  readers.happened(happening(1));
  readers.happened(happening(2));
  readers.logged(line(1));
  await clock.wind(gatherMs - 1);
  expect(one.told).toEqual([]);
  await clock.wind(1);
  expect(one.told.map(({ event }) => event)).toEqual(['happened', 'log', 'roll']);
  expect(one.told[0]?.data).toEqual({ happenings: [happening(1), happening(2)], missed: 0 });
  expect(two.told).toEqual(one.told);
});

it('counts what there is no room for, so that a flood costs what a trickle does', async () => {
  const { clock, readers, reader } = scene();
  const { told } = reader();
  for (let number = 1; number <= 10_000; number++) {
    readers.logged(line(number));
    readers.happened(happening(number));
  }
  await clock.wind(gatherMs);
  expect(told[0]?.data).toMatchObject({ missed: 10_000 - maxGatheredHappenings });
  expect(told[1]?.data).toMatchObject({ missed: 10_000 - maxGatheredLines });
  readers.logged(line(10_001));
  await clock.wind(gatherMs);
  expect(told.at(-1)?.data).toEqual({ entries: [line(10_001)], missed: 0 });
});

it('does nothing while nobody reads, and keeps nothing for those who come', async () => {
  const { clock, operator, readers, reader } = scene();
  readers.logged(line(1));
  readers.happened(happening(1));
  operator.version += 1;
  readers.sampled({ at: 0, heartbeats: 0, operations: 0 });
  expect([clock.waiting, operator.asked]).toEqual([0, 0]);
  const { told, close } = reader();
  close();
  readers.logged(line(2));
  await clock.wind(gatherMs);
  expect(told).toEqual([]);
});

it('counts the roll anew when it changed, and only then', async () => {
  const { clock, operator, readers, reader } = scene();
  const { told } = reader();
  const second = async (): Promise<string[]> => {
    told.length = 0;
    readers.sampled({ at: 0, heartbeats: 1, operations: 2 });
    await clock.wind(0);
    return told.map(({ event }) => event);
  };
  expect(await second()).toEqual(['sample']);
  operator.version += 1;
  expect(await second()).toEqual(['sample', 'roll']);
  expect(await second()).toEqual(['sample']);
});

it('takes so many readers and no more', () => {
  const { readers, reader } = scene();
  const all = Array.from({ length: maxReaders }, () => {
    readers.expect();
    return reader();
  });
  expect(() => readers.expect()).toThrow('32 pages watch this tracker');
  all[0]?.close();
  expect(() => readers.expect()).not.toThrow();
});
