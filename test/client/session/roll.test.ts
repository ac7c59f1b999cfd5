import { expect, test } from 'vitest';
import { contentId, fingerprint } from '../../../src/base/ids.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Choice, Owner, PartialOwner } from '../../../src/base/roll.ts';
import { findAll, locateAll, usersAll } from '../../../src/client/session/roll.ts';
import type { Session } from '../../../src/client/session/session.ts';

/** A session that answers each question with what `answer` makes of its cursor. */
function answering(answer: (cursor: string | undefined) => object): {
  session: Pick<Session, 'call'>;
  asked: object[];
} {
  const asked: object[] = [];
  const call = async (method: string, params: { cursor?: string | undefined }) => {
    asked.push({ method, ...params });
    return { rows: [], ...answer(params.cursor) };
  };
  return { session: { call: call as Session['call'] }, asked };
}

/** These pages, each reached by the index of the one before. */
const paged = (pages: readonly object[]) =>
  answering((cursor) => {
    const at = cursor === undefined ? 0 : Number(cursor);
    return { ...pages[at], next: at + 1 < pages.length ? String(at + 1) : undefined };
  });

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const row of rows) read.push(row);
  return read;
}

const owner = (user: string, change: Partial<Owner> = {}): Owner => ({
  user: userName(user),
  address: `10.0.0.${user.length}`,
  port: 50_000,
  fingerprint: fingerprint('ab'.repeat(32)),
  state: 'alive',
  name: resourceName('a.txt'),
  modified: 0,
  ticket: 'ticket',
  ...change,
});
const numbered = (at: number) => resourceName(`${at}.txt`);
const choice = (digit: string, owners: Owner[], partial: PartialOwner[] = []): Choice => ({
  id: contentId(digit.repeat(64)),
  size: 1,
  kind: 'file',
  description: '',
  owners,
  partial,
});

test('a list is asked for page by page, as it is read', async () => {
  const { session, asked } = paged([{ rows: [1, 2] }, { rows: [] }, { rows: [3] }]);
  const rows = findAll(session, { pattern: 'txt', owner: userName('Bob') })[Symbol.asyncIterator]();
  await rows.next();
  await rows.next();
  expect(asked).toEqual([{ method: 'find', pattern: 'txt', owner: 'Bob', limit: 200, cursor: undefined }]);
  await expect(rows.next()).resolves.toEqual({ done: false, value: 3 });
  await expect(rows.next()).resolves.toEqual({ done: true, value: undefined });
  expect(asked.slice(1)).toMatchObject([{ cursor: '1' }, { cursor: '2' }]);
});

test('users come page by page too', async () => {
  const { session, asked } = paged([{ rows: ['Bob'] }, { rows: ['Sally'] }]);
  await expect(all(usersAll(session))).resolves.toEqual(['Bob', 'Sally']);
  expect(asked).toMatchObject([{ method: 'users' }, { method: 'users', cursor: '1' }]);
});

test('the pages of one content are one choice with all of its owners', async () => {
  const { session, asked } = paged([
    { choices: [choice('a', [owner('Al')]), choice('b', [owner('Bob')])] },
    { choices: [choice('b', [owner('Sally')]), choice('c', [owner('Zoe')])] },
  ]);
  const { choices } = await locateAll(session, { name: resourceName('a.txt') }, userName('Bob'));
  expect(choices.map(({ id, owners }) => [id[0], owners.map(({ user }) => user)])).toEqual([
    ['a', ['Al']],
    ['b', ['Bob', 'Sally']],
    ['c', ['Zoe']],
  ]);
  expect(asked[0]).toEqual({ method: 'locate', name: 'a.txt', owner: 'Bob', limit: 200, cursor: undefined });
});

test('an owner that is on two pages is one owner, as it was last told', async () => {
  const { session } = paged([
    { choices: [choice('a', [owner('Bob'), owner('Sally')])] },
    { choices: [choice('a', [owner('Bob', { state: 'suspect' }), owner('Bob', { name: resourceName('b.txt') })])] },
  ]);
  const [found] = (await locateAll(session, { id: contentId('a'.repeat(64)) })).choices;
  expect(found?.owners.map(({ user, name, state }) => [user, name, state])).toEqual([
    ['Bob', 'a.txt', 'suspect'],
    ['Sally', 'a.txt', 'alive'],
    ['Bob', 'b.txt', 'alive'],
  ]);
});

test('whoever states another size or kind of a content is a choice of his own', async () => {
  const { session } = paged([
    { choices: [choice('a', [owner('Mallory')])] },
    { choices: [{ ...choice('a', [owner('Bob')]), size: 2 }] },
    { choices: [{ ...choice('a', [owner('Sally')]), size: 2 }] },
    { choices: [{ ...choice('a', [owner('Zoe')]), kind: 'folder' }] },
  ]);
  const { choices } = await locateAll(session, { id: contentId('a'.repeat(64)) });
  expect(choices.map(({ size, kind, owners }) => [size, kind, owners.map(({ user }) => user)])).toEqual([
    [1, 'file', ['Mallory']],
    [2, 'file', ['Bob', 'Sally']],
    [1, 'folder', ['Zoe']],
  ]);
});

const partialOwner = (port: number, ticket = 'ticket'): PartialOwner => ({
  address: '10.0.0.9',
  port,
  fingerprint: fingerprint('cd'.repeat(32)),
  ticket,
});

test('the partial owners of all pages are those of the choice, each once as it was last told, and no owner besides', async () => {
  const { session } = paged([
    { choices: [choice('a', [owner('Bob')], [partialOwner(1), partialOwner(2, 'old')])] },
    { choices: [choice('a', [owner('Sally', { address: '10.0.0.9', port: 1 })], [partialOwner(2, 'new')])] },
    { choices: [choice('b', [owner('Bob')], [partialOwner(3)])] },
  ]);
  const { choices } = await locateAll(session, { id: contentId('a'.repeat(64)) });
  expect(choices.map(({ partial }) => partial.map(({ port, ticket }) => [port, ticket]))).toEqual([
    [[2, 'new']],
    [[3, 'ticket']],
  ]);
});

test('tickets for links are asked for with their life, on every page', async () => {
  const { session, asked } = paged([{ choices: [] }, { choices: [] }]);
  await locateAll(session, { name: resourceName('a.txt'), linkSeconds: 600 });
  expect(asked).toMatchObject([
    { name: 'a.txt', linkSeconds: 600 },
    { name: 'a.txt', linkSeconds: 600, cursor: '1' },
  ]);
});

test('a tracker that names partial owners without an end is given up at fifty thousand', async () => {
  const { session, asked } = answering((cursor = '0') => {
    const partial = Array.from({ length: 50 }, (_, at) => partialOwner(Number(cursor) * 50 + at));
    return { choices: [choice('a', [owner('Eve')], partial)], next: String(Number(cursor) + 1) };
  });
  await expect(locateAll(session, { name: resourceName('a.txt') })).rejects.toMatchObject({ code: 'limit' });
  expect(asked.length).toBe(1000);
});

test('nobody is two empty lists', async () => {
  const { session } = paged([{ choices: [] }]);
  await expect(locateAll(session, { name: resourceName('a.txt') })).resolves.toEqual({ choices: [], unverified: [] });
});

test('a tracker that sends one page over and over is found out', async () => {
  const { session, asked } = answering(() => ({ next: 'again' }));
  await expect(all(usersAll(session))).rejects.toMatchObject({ code: 'bad-message' });
  expect(asked.length).toBe(2);
});

test('a list without an end is given up after ten thousand pages', async () => {
  const { session, asked } = answering((cursor = '0') => ({ next: String(Number(cursor) + 1) }));
  await expect(all(usersAll(session))).rejects.toMatchObject({ code: 'limit' });
  expect(asked.length).toBe(10_000);
});

test('a tracker that names owners without an end is given up at fifty thousand, within seconds', async () => {
  const { session, asked } = answering((cursor = '0') => {
    const owners = Array.from({ length: 200 }, (_, at) => owner('Eve', { port: Number(cursor), name: numbered(at) }));
    return { choices: [choice('a', owners)], next: String(Number(cursor) + 1) };
  });
  await expect(locateAll(session, { name: resourceName('a.txt') })).rejects.toMatchObject({ code: 'limit' });
  expect(asked.length).toBe(251);
});
