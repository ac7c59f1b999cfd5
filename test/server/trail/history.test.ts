import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { isoDate } from '../../../src/base/dates.ts';
import { contentId } from '../../../src/base/ids.ts';
import { type HistoryFlags, runHistory } from '../../../src/server/trail/command.ts';
import { shownRows } from '../../../src/server/trail/limits.ts';
import { settle } from '../../support/fakeClock.ts';
import { dayMs, TrailScene } from './support.ts';

/** What `rollcall history` prints of a scene. */
async function print(scene: TrailScene, flags: Partial<HistoryFlags> = {}): Promise<string> {
  let text = '';
  const out = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  await runHistory({ data: scene.folder, json: false, ...flags }, out, scene.clock.wall());
  return text;
}

const json = async (scene: TrailScene, flags: Partial<HistoryFlags> = {}): Promise<Record<string, unknown>[]> =>
  (await print(scene, { json: true, ...flags }))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** A scene in which each of these was recorded, an hour after the other. */
async function recorded(
  ...operations: [user: string, operation: 'announce' | 'find' | 'users'][]
): Promise<TrailScene> {
  const scene = new TrailScene();
  for (const [user, operation] of operations) {
    scene.record(user, { user, operation });
    await scene.clock.wind(3_600_000);
  }
  return scene;
}

describe('rollcall history --json', () => {
  it('prints every field of each operation, from the oldest to the newest, while the tracker runs', async () => {
    using scene = new TrailScene();
    const received = scene.clock.wall();
    scene.record('a b.txt', { stamp: '2026-05-01T14:03:00.123+02:00' });
    scene.record('x', { user: undefined, operation: 'find', parameters: {}, outcome: 'limit', dialect: 'fields' });
    await settle();
    expect(await json(scene)).toEqual([
      {
        received: isoDate(received),
        stamp: '2026-05-01T14:03:00.123+02:00',
        user: 'alice',
        operation: 'announce',
        parameters: { count: 1, names: ['a b.txt'] },
        outcome: 'ok',
        address: '192.168.1.9',
        dialect: 'native',
      },
      {
        received: isoDate(received),
        stamp: null,
        user: null,
        operation: 'find',
        parameters: {},
        outcome: 'limit',
        address: '192.168.1.9',
        dialect: 'fields',
      },
    ]);
  });

  it('prints nothing that could move a cursor or hide text, and loses none of it', async () => {
    using scene = new TrailScene();
    const nasty = 'a\u001b[2J\u202egnp.exe\u009b\u{e0041}';
    scene.record(nasty, { stamp: nasty });
    await settle();
    expect(await print(scene, { json: true })).toMatch(/^[\x20-\x7e]+\n$/);
    expect(await json(scene)).toMatchObject([{ stamp: nasty, parameters: { names: [nasty] } }]);
  });

  it('prints more operations than are read in one go', async () => {
    using scene = new TrailScene();
    const names = Array.from({ length: 2 * shownRows + 1 }, (_, at) => `${at}`);
    for (const name of names) scene.record(name);
    await settle();
    const printed = (await json(scene)) as { parameters: { names: string[] } }[];
    expect(printed.map(({ parameters }) => parameters.names[0])).toEqual(names);
  });

  it('prints nothing where nothing is found', async () => {
    using scene = new TrailScene();
    expect(await print(scene, { json: true })).toBe('');
  });
});

describe('rollcall history', () => {
  it('aligns what it prints for people, and shows the first names alone', async () => {
    using scene = new TrailScene();
    scene.record('a.txt');
    const names = ['a b', '1', '2', '3'];
    scene.record('', { user: 'a-longer-name', parameters: { count: 4, names }, outcome: 'refused' });
    scene.record('', { user: undefined, operation: 'find', parameters: { pattern: 'x' }, address: 'fe80::1' });
    await settle();
    const when = isoDate(scene.clock.wall()).slice(0, 19).replace('T', ' ');
    expect(await print(scene)).toBe(
      [
        'WHEN                 USER           OPERATION  OUTCOME  FROM         DIALECT  WHAT',
        `${when}  alice          announce   ok       192.168.1.9  native   count=1 names=a.txt`,
        `${when}  a-longer-name  announce   refused  192.168.1.9  native   count=4 names="a b",1,2,…`,
        `${when}  -              find       ok       fe80::1      native   pattern=x`,
        '',
      ].join('\n'),
    );
  });

  it('shows control characters instead of obeying them', async () => {
    using scene = new TrailScene();
    scene.record('a\u001b[2J', { user: 'ev\u202eil' });
    await settle();
    const text = await print(scene);
    expect(text).toContain('ev\\u{202e}il');
    expect(text).not.toContain('\u001b');
  });

  it('says so where nothing is found', async () => {
    using scene = new TrailScene();
    expect(await print(scene)).toBe('No operation was found.\n');
  });
});

describe('what is wanted of the history', () => {
  it('is that of one user, however the name is spelled', async () => {
    using scene = await recorded(['alice', 'find'], ['bob', 'find'], ['Alice', 'users']);
    expect(scene.names({ user: 'ALICE' })).toEqual(['alice', 'Alice']);
    expect(await json(scene, { user: 'bob' })).toMatchObject([{ user: 'bob' }]);
    expect(await json(scene, { user: 'carol' })).toEqual([]);
  });

  it.each([
    ['users', ['b']],
    ['LIST_USERS', ['b']],
    ['list-users', ['b']],
    ['publish', ['a', 'c']],
    ['announce', ['a', 'c']],
    ['list', ['d']],
    ['list_content', ['d']],
    ['find', ['d']],
    ['get_file', []],
    ['delete', []],
  ])('is one operation, by our name or an older one: %s', async (operation, users) => {
    using scene = await recorded(['a', 'announce'], ['b', 'users'], ['c', 'announce'], ['d', 'find']);
    const printed = await json(scene, { operation });
    expect(printed.map(({ user }) => user)).toEqual(users);
  });

  it.each([
    ['1h', ['c']],
    ['90m', ['c']],
    ['2h', ['b', 'c']],
    ['1d', ['a', 'b', 'c']],
    ['999999999d', ['a', 'b', 'c']],
    [() => isoDate(Date.UTC(2030, 0, 1) + 3_600_000), ['b', 'c']],
    [() => isoDate(Date.UTC(2030, 0, 1) + 3_600_001), ['c']],
    [() => isoDate(Date.UTC(2030, 0, 1) - dayMs).slice(0, 10), ['a', 'b', 'c']],
    [() => isoDate(Date.UTC(2030, 0, 1) + 2 * dayMs).slice(0, 10), []],
  ] as const)('is what came since a moment: %s', async (since, users) => {
    using scene = await recorded(['a', 'find'], ['b', 'find'], ['c', 'find']);
    const printed = await json(scene, { since: typeof since === 'string' ? since : since() });
    expect(printed.map(({ user }) => user)).toEqual(users);
  });

  it('is only the newest of all that would fit', async () => {
    using scene = await recorded(['a', 'find'], ['b', 'users'], ['c', 'find'], ['d', 'find'], ['e', 'users']);
    const printed = await json(scene, { operation: 'find', limit: 2 });
    expect(printed.map(({ user }) => user)).toEqual(['c', 'd']);
  });

  it.each([
    [{ since: 'yesterday' }, '--since "yesterday" is no moment'],
    [{ since: '2h30' }, '--since "2h30" is no moment'],
    [{ since: '2w' }, '"2w" is no --since'],
    [{ since: '2026-02-30' }, '--since "2026-02-30" is no moment'],
    [{ operation: 'steal' }, '"steal" is no operation: use register'],
    [{ limit: 0 }, '--limit 0 is no number of operations'],
  ])('is refused where it makes no sense: %j', async (flags, message) => {
    using scene = new TrailScene();
    await expect(print(scene, flags)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(message),
    });
  });
});

describe('a history that is not there', () => {
  it('is not found, and the message says where it was looked for', async () => {
    using scene = new TrailScene();
    const data = join(scene.folder, 'elsewhere');
    await expect(print(scene, { data })).rejects.toMatchObject({
      code: 'not-found',
      message: `there is no history in ${data}: name the folder of the tracker with --data`,
    });
  });

  it('can be read once its tracker has ended', async () => {
    using scene = new TrailScene();
    scene.record('a');
    scene.close();
    expect(await json(scene)).toHaveLength(1);
  });

  it('is a fault where the file is damaged', async () => {
    using scene = new TrailScene();
    scene.close();
    for (const end of ['-wal', '-shm']) rmSync(`${scene.file}${end}`, { force: true });
    writeFileSync(scene.file, 'no database, '.repeat(1000));
    await expect(print(scene)).rejects.toMatchObject({ code: 'fault' });
  });
});

describe('whoever reads the history', () => {
  it('may go before its end', async () => {
    using scene = new TrailScene();
    for (let at = 0; at < 3 * shownRows; at++) scene.record(`${at}`);
    await settle();
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const out = new Writable({ write: (_chunk, _encoding, done) => done(gone) });
    out.on('error', () => {});
    await expect(runHistory({ data: scene.folder, json: true }, out)).resolves.toBeUndefined();
  });
});

describe('ids of contents', () => {
  it('are told in full to programs', async () => {
    using scene = new TrailScene();
    const id = contentId('ab'.repeat(32));
    scene.record('', { operation: 'locate', parameters: { id } });
    await settle();
    expect(await json(scene)).toMatchObject([{ parameters: { id } }]);
  });
});
