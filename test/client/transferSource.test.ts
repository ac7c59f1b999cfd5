import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ContentId, contentId, fingerprint } from '../../src/base/ids.ts';
import { resourceName, userName } from '../../src/base/names.ts';
import type { Choice, Owner, UnverifiedChoice } from '../../src/base/roll.ts';
import type { Found, Visitor, WantedResource } from '../../src/client/app.ts';
import { transferSource } from '../../src/client/transferSource.ts';
import type { Fetching } from '../../src/client/transfers/source.ts';

const owner = (user: string, name = 'a.txt'): Owner => ({
  user: userName(user),
  address: '10.0.0.2',
  port: 4000,
  fingerprint: fingerprint('ab'.repeat(32)),
  state: 'alive',
  name: resourceName(name),
  modified: 5,
  ticket: 'secret',
});
const idOf = (digit: string): ContentId => contentId(digit.repeat(64));
const choice = (digit: string, owners: Owner[], more: Partial<Choice> = {}): Choice => ({
  ...{ id: idOf(digit), size: 10, kind: 'file', description: '', owners, partial: [] },
  ...more,
});
const loose = (user: string): UnverifiedChoice => {
  const { user: name, address, port, state, modified } = owner(user);
  const at = { user: name, address, port, state, modified, name: resourceName('a.txt') };
  const asked = { ...at, dialect: 'hello' as const, spelling: 'a.txt' };
  return { id: null, size: null, kind: 'file', description: '', owners: [asked] };
};

/** A client that notes what is asked of it. */
function client(found: Found) {
  const asked: WantedResource[] = [];
  const fetched: { first: string; ticketed: boolean; file: string | undefined; ifExists: string }[] = [];
  const visitor: Pick<Visitor, 'located' | 'download' | 'downloadUnverified'> = {
    async located(wanted) {
      asked.push(wanted);
      return found;
    },
    async download(_, first, { file, ifExists, onProgress, onWaiting, onView }) {
      fetched.push({ first: first.user, ticketed: true, file, ifExists });
      onView?.({ pieces: () => ({ count: 1, runs: [] }), from: () => [] });
      onWaiting?.('Bob', 2);
      onProgress?.({ bytes: 4, size: 10, resumedBytes: 3 });
      return { path: file ?? '', bytes: 10, id: idOf('1'), from: [], seconds: 1 };
    },
    async downloadUnverified({ owners: [first] }, { file, ifExists, onProgress }) {
      fetched.push({ first: first.user, ticketed: false, file, ifExists });
      onProgress?.({ bytes: 4, size: null });
      return { path: file ?? '', bytes: 4, id: null, lengthTold: false, from: [], seconds: 1 };
    },
  };
  return { asked, fetched, visitor };
}

function fetching(): { how: Fetching; told: unknown[] } {
  const told: unknown[] = [];
  return {
    told,
    how: {
      ifExists: 'rename',
      onProgress: (progress) => void told.push(progress),
      onWaiting: (who, place) => void told.push([who, place]),
      onView: (view) => void told.push(view.pieces()),
      signal: new AbortController().signal,
    },
  };
}

const a = resourceName('a.txt');
const downloads = '/no/such/place/downloads';
const sourceOf = ({ visitor }: ReturnType<typeof client>) => transferSource(visitor, () => downloads);

describe('locating', () => {
  test('a name gives what it is and where it goes, from the first owner or the one that is wanted', async () => {
    const found = { choices: [choice('1', [owner('Bob'), owner('Sally', 'b.txt')])], unverified: [] };
    const fake = client(found);
    const { fetch, ...known } = await sourceOf(fake).locate({ name: a });
    const bob = { name: 'a.txt', content: idOf('1'), kind: 'file', size: 10, from: 'Bob' };
    expect(known).toEqual({ ...bob, file: `${downloads}/downloaded_Bob_a.txt` });
    const sallys = await sourceOf(fake).locate({ name: a, from: userName('sally') });
    expect(sallys).toMatchObject({ name: 'b.txt', from: 'Sally', file: `${downloads}/downloaded_Sally_b.txt` });
    expect(fake.asked).toEqual([{ name: 'a.txt' }, { name: 'a.txt' }]);
  });

  test('an id alone asks for the id, and an id with a name tells things of that name apart', async () => {
    const fake = client({ choices: [choice('1', [owner('Bob')]), choice('2', [owner('Sally')])], unverified: [] });
    expect(await sourceOf(fake).locate({ id: idOf('2') })).toMatchObject({ from: 'Sally' });
    expect(await sourceOf(fake).locate({ id: idOf('1'), name: a })).toMatchObject({ from: 'Bob' });
    expect(fake.asked).toEqual([{ id: idOf('2') }, { name: 'a.txt' }]);
  });

  test('several things is ambiguous, and an owner who has it not is not found', async () => {
    const fake = client({ choices: [choice('1', [owner('Bob')])], unverified: [loose('Tom')] });
    await expect(sourceOf(fake).locate({ name: a })).rejects.toMatchObject({ code: 'ambiguous', more: 0 });
    await expect(sourceOf(fake).locate({ name: a, from: userName('Ann') })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(sourceOf(fake).locate({})).rejects.toMatchObject({ code: 'usage' });
  });

  test.each([downloads, dirname(downloads), '/', homedir(), `${downloads}/x/..`])(
    'refuses to put it in the place of %s',
    async (file) => {
      const fake = client({ choices: [choice('1', [owner('Bob')])], unverified: [] });
      await expect(sourceOf(fake).locate({ name: a, file })).rejects.toMatchObject({ code: 'usage' });
      const beside = await sourceOf(fake).locate({ name: a, file: `${downloads}/..x` });
      expect(beside.file).toBe(`${downloads}/..x`);
    },
  );
});

describe('locating again', () => {
  const known = { name: a, content: idOf('1'), kind: 'file', size: 10, from: userName('Bob'), file: '/x/y' } as const;

  test('goes by the content: from its owner, else from another, whatever that one calls it', async () => {
    const fake = client({ choices: [choice('1', [owner('Sally', 'b.txt'), owner('Bob')])], unverified: [] });
    const { how } = fetching();
    await (await sourceOf(fake).locateAgain(known)).fetch(how);
    await (await sourceOf(fake).locateAgain({ ...known, from: userName('Ann') })).fetch(how);
    expect(fake.asked).toEqual([{ id: idOf('1') }, { id: idOf('1') }]);
    expect(fake.fetched.map(({ first }) => first)).toEqual(['Bob', 'Sally']);
    expect(fake.fetched.every(({ file }) => file === '/x/y')).toBe(true);
  });

  test('is not misled by whoever states another size or kind, and says where nobody has it', async () => {
    const liars = [choice('1', [owner('Bob')], { size: 11 }), choice('1', [owner('Bob')], { kind: 'folder' })];
    const fake = client({ choices: liars, unverified: [] });
    await expect(sourceOf(fake).locateAgain(known)).rejects.toMatchObject({ code: 'not-found' });
    const partly = client({ choices: [choice('1', [])], unverified: [] });
    await expect(sourceOf(partly).locateAgain(known)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('what nobody can verify is taken from the same owner only, and never for another content', async () => {
    const fake = client({ choices: [choice('1', [owner('Tom')])], unverified: [loose('Bob'), loose('Tom')] });
    const { how, told } = fetching();
    const again = await sourceOf(fake).locateAgain({ ...known, content: null, size: null, from: userName('Tom') });
    await again.fetch(how);
    expect(fake.fetched).toEqual([{ first: 'Tom', ticketed: false, file: '/x/y', ifExists: 'rename' }]);
    expect(told).toEqual([{ bytes: 4, size: null, resumedBytes: 0 }]);
    const ann = { ...known, content: null, size: null, from: userName('Ann') };
    await expect(sourceOf(fake).locateAgain(ann)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('fetching', () => {
  test('passes on how, and tells what it is told', async () => {
    const fake = client({ choices: [choice('1', [owner('Bob')])], unverified: [] });
    const { how, told } = fetching();
    const wanted = await sourceOf(fake).locate({ name: a, file: '/x/y' });
    expect(await wanted.fetch({ ...how, ifExists: 'overwrite' })).toMatchObject({ path: '/x/y', bytes: 10 });
    expect(fake.fetched).toEqual([{ first: 'Bob', ticketed: true, file: '/x/y', ifExists: 'overwrite' }]);
    expect(told).toEqual([{ count: 1, runs: [] }, ['Bob', 2], { bytes: 4, size: 10, resumedBytes: 3 }]);
  });

  test('makes the downloads folder where it is missing, no other, and says where it cannot', async () => {
    const root = await mkdtemp(join(tmpdir(), 'rollcall-source-'));
    try {
      let folder = join(root, 'downloads');
      const fake = client({ choices: [choice('1', [owner('Bob')])], unverified: [] });
      const source = transferSource(fake.visitor, () => folder);
      const { how } = fetching();
      await (await source.locate({ name: a, file: join(root, 'other', 'x') })).fetch(how);
      expect(existsSync(join(root, 'other'))).toBe(false);
      await (await source.locate({ name: a })).fetch(how);
      expect(existsSync(folder)).toBe(true);
      await writeFile(join(root, 'file'), '');
      folder = join(root, 'file', 'downloads');
      await expect((await source.locate({ name: a })).fetch(how)).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining('in the settings'),
      });
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
