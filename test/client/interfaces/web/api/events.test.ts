import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resourceName } from '../../../../../src/base/names.ts';
import type { DaemonEvent } from '../../../../../src/client/app.ts';
import { follow } from '../../../../../src/client/interfaces/web/api/follow.ts';
import { eventGapMs, logGapMs, maxLogLines, maxStreams } from '../../../../../src/client/interfaces/web/api/limits.ts';
import { events as schemas } from '../../../../../src/client/interfaces/web/api/schemas/events.ts';
import { FakeClock } from '../../../../support/fakeClock.ts';
import { readEvents } from '../../../../web/readEvents.ts';
import { bearer, until } from '../../../../web/support.ts';
import { openScene, type Scene, token } from '../apiScene.ts';
import { aDownload, anEntry, anUpload, aShare, FakeDaemon, online } from '../fakeDaemon.ts';

/** A reader who has heard how things stand. */
function reader() {
  const daemon = new FakeDaemon();
  const clock = new FakeClock();
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was told.
  const told: [string, any][] = [];
  const following = follow(daemon, { send: (event, data) => void told.push([event, data]) }, clock);
  const first = told.splice(0);
  const take = (): typeof told => told.splice(0);
  return { daemon, clock, following, first, take };
}

describe('what a reader of events is told', () => {
  it('is how things stand, at first', () => {
    expect(reader().first).toEqual([
      ['connection', { state: 'offline' }],
      ['roll', { version: 4 }],
    ]);
  });

  it('is what happens, as the schemas have it', async () => {
    const { daemon, clock, take } = reader();
    const happened: DaemonEvent[] = [
      { event: 'connection', connection: online },
      { event: 'roll', version: 5 },
      { event: 'share', share: aShare('a.txt') },
      { event: 'withdrawn', name: resourceName('b.txt') },
      { event: 'download', download: aDownload('one') },
      { event: 'forgotten', id: 'two' },
      { event: 'uploads', uploads: [anUpload] },
      { event: 'rates', sample: { at: 1, up: 2, down: 3 } },
      { event: 'settings', settings: daemon.settings() },
      { event: 'log', entry: anEntry(1) },
    ];
    for (const event of happened) daemon.tell(event);
    await clock.wind(logGapMs);
    const told = take();
    expect(told.map(([event]) => event)).toEqual(happened.map(({ event }) => event));
    for (const [event, data] of told) {
      expect(schemas[event as keyof typeof schemas].safeParse(data).error, event).toBeUndefined();
    }
    expect(told.at(-1)?.[1]).toEqual({ entries: [anEntry(1)], missed: 0 });
  });

  it('of one download is at most four a second, the last of all, and of another at once', async () => {
    const { daemon, clock, take } = reader();
    for (let bytes = 0; bytes < 100; bytes++) daemon.tell({ event: 'download', download: aDownload('one', { bytes }) });
    daemon.tell({ event: 'download', download: aDownload('two') });
    expect(take().map(([, { id, bytes }]) => [id, bytes])).toEqual([
      ['one', 0],
      ['two', 500],
    ]);
    await clock.wind(eventGapMs - 1);
    expect(take()).toEqual([]);
    await clock.wind(1);
    expect(take().map(([, { id, bytes }]) => [id, bytes])).toEqual([['one', 99]]);
    daemon.tell({ event: 'download', download: aDownload('one', { state: 'done' }) });
    expect(take()).toEqual([]);
    await clock.wind(eventGapMs);
    expect(take().map(([, { state }]) => state)).toEqual(['done']);
    await clock.wind(10 * eventGapMs);
    expect(take()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('of one that was forgotten or withdrawn is nothing more', async () => {
    const { daemon, clock, take } = reader();
    for (const bytes of [1, 2]) daemon.tell({ event: 'download', download: aDownload('one', { bytes }) });
    for (const size of [1, 2]) daemon.tell({ event: 'share', share: aShare('a.txt', { size }) });
    daemon.tell({ event: 'forgotten', id: 'one' });
    daemon.tell({ event: 'withdrawn', name: resourceName('a.txt') });
    take();
    await clock.wind(10 * eventGapMs);
    expect(take()).toEqual([]);
  });

  it('of thousands of log lines a second is ten messages of the newest, and how many were left out', async () => {
    const { daemon, clock, take } = reader();
    for (let number = 1; number <= 5000; number++) {
      daemon.tell({ event: 'log', entry: anEntry(number) });
      if (number % 500 === 0) await clock.wind(logGapMs);
    }
    const told = take();
    expect(told).toHaveLength(10);
    for (const [, { entries, missed }] of told)
      expect([entries.length, missed]).toEqual([maxLogLines, 500 - maxLogLines]);
    expect(told.at(-1)?.[1].entries.at(-1).number).toBe(5000);
  });

  it('ends with the reader, timers and all', async () => {
    const { daemon, clock, following, take } = reader();
    for (const bytes of [1, 2]) daemon.tell({ event: 'download', download: aDownload('one', { bytes }) });
    daemon.tell({ event: 'log', entry: anEntry(1) });
    take();
    following[Symbol.dispose]();
    expect([daemon.listeners, clock.waiting]).toEqual([0, 0]);
    await clock.wind(1000);
    expect(take()).toEqual([]);
  });
});

describe('the event stream', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene();
  });
  afterEach(() => scene[Symbol.asyncDispose]());
  const read = (headers: Record<string, string> = bearer(token)) => readEvents(scene.site, '/api/v1/events', headers);

  it('tells what happens to all who read it, until they go', async () => {
    const [one, two] = [await read(), await read()];
    scene.daemon.tell({ event: 'roll', version: 9 });
    for (const { events } of [one, two]) {
      await until(() => events.length === 3, 'the event');
      expect(events.map(({ event }) => event)).toEqual(['connection', 'roll', 'roll']);
      expect(events[2]?.data).toEqual({ version: 9 });
    }
    one.close();
    await until(() => scene.daemon.listeners === 1, 'one has gone');
    two.close();
    await until(() => scene.daemon.listeners === 0, 'both have gone');
    expect(scene.clock.waiting).toBe(0);
  });

  it('wants the token', async () => {
    expect((await read({})).status).toBe(401);
    expect(scene.daemon.listeners).toBe(0);
  });

  it('is for so many at a time, and for others once some have gone', async () => {
    const open = await Promise.all(Array.from({ length: maxStreams }, () => read()));
    expect((await read()).status).toBe(429);
    open[0]?.close();
    await until(() => scene.daemon.listeners === maxStreams - 1, 'one has gone');
    expect((await read()).status).toBe(200);
  });
});
