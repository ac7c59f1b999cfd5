import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCompleter } from '../../../../src/client/interfaces/shell/complete.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { FakeApp, row, userRow } from '../fakes.ts';

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rollcall-complete-'));
  await mkdir(join(cwd, 'sub'));
  for (const name of ['a.txt', 'a b.txt', '.hidden', join('sub', 'c.txt')]) await writeFile(join(cwd, name), '');
});
afterAll(() => rm(cwd, { recursive: true }));

const app = Object.assign(new FakeApp(), {
  rows: [row('test.txt', 'Bob'), row('two words', 'Bob'), row('5"disk', 'Bob')],
  userRows: [userRow('Bob'), userRow('Ann Lee')],
});

function completer({ clock = new FakeClock(), roll = app }: { clock?: FakeClock; roll?: FakeApp } = {}) {
  const traffic = { uploadSlots: 1, maxOwners: 1 };
  const { openVisitor } = roll.facade;
  const server = { host: 'lab', port: 7450 };
  const asker = () =>
    openVisitor({ server, home: cwd, downloads: cwd, traffic, log: console, signal: new AbortController().signal });
  return openCompleter({ asker, own: () => [app.announcement('mine.txt')], cwd, clock });
}

describe('completion in the shell', () => {
  it.each([
    ['LIST_U', ['LIST_USERS '], 'LIST_U'],
    ['list_u', ['list_users '], 'list_u'],
    ['UN', ['UNREGISTER '], 'UN'],
    ['PUBLISH a', ['"a b.txt"', 'a.txt'], 'a'],
    ['PUBLISH "a', ['"a b.txt"', '"a.txt"'], '"a'],
    ['PUBLISH sub', ['sub/'], 'sub'],
    ['publish sub/c', ['sub/c.txt '], 'sub/c'],
    ['ANNOUNCE .h', ['.hidden '], '.h'],
    ['ANNOUNCE none/', [], 'none/'],
    ['LIST_CONTENT ', ['Bob', '"Ann Lee"'], ''],
    ['GET_FILE "Ann', ['"Ann Lee" '], '"Ann'],
    ['GET_FILE Bob t', ['test.txt', '"two words"'], 't'],
    ['GET_FILE Bob "two words" a.', ['a.txt '], 'a.'],
    ['REQUEST te', ['test.txt '], 'te'],
    ['DELETE ', ['mine.txt '], ''],
    ['LIST_USERS x', [], 'x'],
    ['nonsense x', [], 'x'],
  ])('of %j is %j', async (line, found, tail) => {
    expect(await completer()(line)).toEqual([found, tail]);
  });

  it('offers every verb, and help, where nothing is typed', async () => {
    const [found] = await completer()('');
    expect(found).toEqual(expect.arrayContaining(['REGISTER', 'GET_FILE', 'REQUEST', 'fetch', 'help', 'EXIT']));
  });

  it('asks the roll for the names of the user that was typed, else for those that fit', async () => {
    const roll = Object.assign(new FakeApp(), { rows: [] });
    await completer({ roll })('GET_FILE "Ann Lee" x');
    await completer({ roll })('fetch x');
    expect(roll.calls.filter((call) => Array.isArray(call) && call[0] === 'find')).toEqual([
      ['find', { owner: 'Ann Lee' }],
      ['find', { pattern: 'x' }],
    ]);
  });

  it('waits half a second for the tracker, and no longer', async () => {
    const clock = new FakeClock();
    const roll = Object.assign(new FakeApp(), { beforeUsers: () => new Promise<void>(() => {}) });
    let found: unknown;
    const over = completer({ clock, roll })('LIST_CONTENT ').then((completed) => {
      found = completed;
    });
    await clock.wind(499);
    expect(found).toBeUndefined();
    await clock.wind(1);
    await over;
    expect(found).toEqual([[], '']);
    expect(clock.waiting).toBe(0);
  });
});
