import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { settle } from '../../../support/fakeClock.ts';
import { FakeApp, idOf, type Stage, stage } from '../fakes.ts';

const ann = ['--user', 'Ann'];

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rollcall-share-'));
  await mkdir(join(cwd, 'one'));
  for (const name of ['a.txt', 'b.txt', join('one', 'a.txt')]) await writeFile(join(cwd, name), name);
});
afterAll(() => rm(cwd, { recursive: true }));

/** Runs `share` until it serves. */
async function serving(argv: string[], app: FakeApp = new FakeApp()): Promise<Stage> {
  const run = stage(['share', ...argv, ...ann], { app, cwd });
  const { shareWith } = app;
  const waiting = new Promise<void>((resolve) => {
    app.shareWith = async (path, how) => {
      resolve();
      return shareWith(path, how);
    };
  });
  await waiting;
  await settle();
  return run;
}

describe('share', () => {
  it('says that it serves, then what it announced, as JSON; a signal is its normal end', async () => {
    const { status, stdout, ending, app } = await serving(['a.txt', 'b.txt', '--json', '--peer-port', '0']);
    expect(stdout.lines).toEqual([
      '{"event":"ready","host":"0.0.0.0","port":50123,"user":"Ann","tracker":"tracker:7450"}',
      `{"event":"announced","name":"a.txt","id":"${idOf('c')}","size":12}`,
      `{"event":"announced","name":"b.txt","id":"${idOf('c')}","size":12}`,
    ]);
    ending.interrupt();
    expect(await status).toBe(0);
    expect(app.disposed).toBe(1);
  });

  it('is ready before it tells what happened on the way', async () => {
    const app = new FakeApp();
    const reason = 'a wall';
    app.early = [
      { event: 'joined', again: false, reachable: false, reason },
      { event: 'reach', reachable: false, reason },
    ];
    const { status, stdout, ending } = await serving(['a.txt', '--json'], app);
    ending.interrupt();
    expect(await status).toBe(0);
    expect(stdout.records.map(({ event }) => event)).toEqual(['ready', 'reach', 'announced']);
  });

  it('says the same to a person', async () => {
    const { status, stdout, stderr, ending } = await serving(['a.txt']);
    ending.interrupt();
    expect(await status).toBe(0);
    expect(stdout.text).toBe('Announced resource: a.txt (12 B, id cccccccc)\n');
    expect(stderr.lines).toEqual([
      'Registered with server as Ann. Serving on port 50123; tracker tracker:7450. Ctrl-C ends it.',
      'Stopped sharing.',
    ]);
  });

  it('refuses two paths of one name, since the later would take the place of the other', async () => {
    const { status, stderr, app } = stage(['share', 'one/a.txt', 'two/a.txt', ...ann]);
    expect(await status).toBe(2);
    expect(stderr.text).toContain('"one/a.txt" and "two/a.txt" would both go by the name "a.txt"');
    expect(app.calls).toEqual([]);
  });

  it('takes one path that is given twice', async () => {
    const { status, ending } = await serving(['one/a.txt', './one/a.txt']);
    ending.interrupt();
    expect(await status).toBe(0);
  });

  it('hands on the name, the description, the audience and the port', async () => {
    const flags = ['a.txt', '--as', 'b.txt', '--description', 'a word', '--to', 'Bob, Sally', '--peer-port', '5000'];
    const { app, ending, status } = await serving(flags);
    ending.interrupt();
    expect(await status).toBe(0);
    expect(app.calls).toContainEqual(['join', { host: 'tracker', port: 7450 }, 'Ann', 5000]);
    expect(app.calls).toContainEqual(['share', 'a.txt', { as: 'b.txt', description: 'a word', to: ['Bob', 'Sally'] }]);
  });

  it('serves older programs only where it is told to', async () => {
    for (const [flags, classic] of [
      [['a.txt'], false],
      [['a.txt', '--classic'], true],
    ] as const) {
      const { app, ending, status } = await serving([...flags]);
      ending.interrupt();
      expect(await status).toBe(0);
      expect(app.opened).toMatchObject({ classic });
    }
  });

  it('ends with 3 where a path is gone by the time it is announced, and is off the tracker again', async () => {
    const app = new FakeApp();
    app.shareWith = async () => {
      throw new RollcallError('not-found', 'nothing is there');
    };
    const { status } = stage(['share', 'a.txt', ...ann], { app, cwd });
    expect(await status).toBe(3);
    expect(app.disposed).toBe(1);
  });

  it.each(['x', join('a.txt', 'below')])('takes no name at the tracker where nothing is at %s', async (path) => {
    const { status, stderr, app } = stage(['share', 'a.txt', path, ...ann], { cwd });
    expect(await status).toBe(3);
    expect(stderr.lines).toEqual([`rollcall: nothing is at "${path}": check the path`]);
    expect(app.calls).toEqual([]);
  });

  it('ends with 130 when it is interrupted before everything was announced', async () => {
    const app = new FakeApp();
    app.shareWith = (_path, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const { status, ending } = await serving(['a.txt'], app);
    ending.interrupt();
    expect(await status).toBe(130);
  });

  it('tells of each later event once, a line each', async () => {
    const { status, stdout, stderr, ending, app } = await serving(['a.txt']);
    const reason = 'port 50123 is closed';
    app.tell({ event: 'reach', reachable: false, reason });
    app.tell({ event: 'lost', why: 'it does not answer', retryMs: 1500 });
    app.tell({ event: 'lost', why: 'it does not answer', retryMs: 3000 });
    app.tell({ event: 'joined', again: true, reachable: true });
    app.tell({ event: 'announced', resource: app.announcement('a.txt') });
    app.tell({ event: 'announced', resource: app.announcement('a.txt', 'd') });
    app.tell({ event: 'withdrawn', name: app.announcement('a.txt').name, why: 'it was removed' });
    app.tell({ event: 'skipped', path: '/x/pipe', why: 'it is a FIFO' });
    ending.interrupt();
    expect(await status).toBe(0);
    expect(stdout.lines.slice(1)).toEqual(['Announced resource: a.txt (12 B, id dddddddd)']);
    expect(stderr.lines.slice(1, -1)).toEqual([
      `Others cannot reach this peer, so what it shares is not listed: ${reason}`,
      'Lost the tracker: it does not answer. Trying again in 1.5 s; downloads go on.',
      'Connected to the tracker again. Others can reach this peer now.',
      'No longer shared: a.txt: it was removed',
      'Not shared: /x/pipe: it is a FIFO',
    ]);
  });

  it.each([
    [0, 'now'],
    [99, 'now'],
    [100, 'in 0.1 s'],
  ])('a try in %d ms is told as %s', async (retryMs, when) => {
    const { status, stderr, ending, app } = await serving(['a.txt']);
    app.tell({ event: 'lost', why: 'it was closed', retryMs });
    ending.interrupt();
    expect(await status).toBe(0);
    expect(stderr.text).toContain(`Lost the tracker: it was closed. Trying again ${when}; downloads go on.`);
  });

  it('tells later events as JSON too', async () => {
    const { status, stdout, ending, app } = await serving(['a.txt', '--json', '--quiet']);
    app.tell({ event: 'withdrawn', name: app.announcement('a.txt').name, why: 'it was removed' });
    app.tell({ event: 'announced', resource: app.announcement('a.txt') });
    ending.interrupt();
    expect(await status).toBe(0);
    expect(stdout.records.slice(2)).toEqual([
      { event: 'withdrawn', name: 'a.txt', why: 'it was removed' },
      { event: 'announced', name: 'a.txt', id: idOf('c'), size: 12 },
    ]);
  });

  it('ends with 5 when the tracker ends its session for good', async () => {
    const { status, stderr, app } = await serving(['a.txt']);
    app.tell({ event: 'ended', reason: 'the name Ann was freed' });
    expect(await status).toBe(5);
    expect(stderr.lines.at(-1)).toBe('rollcall: off the tracker: the name Ann was freed');
    expect(app.disposed).toBe(1);
  });
});
