import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { hashContent } from '../../../src/base/merkle.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import { GiB } from '../../../src/base/sizes.ts';
import { inlineHasher } from '../../../src/client/hashing/hasher.ts';
import { quietMs } from '../../../src/client/sharing/limits.ts';
import { decodeListing } from '../../../src/net/wire/listing.ts';
import { settle } from '../../support/fakeClock.ts';
import { bodyOf, eventually, type TestSharing, temporaryFolder, testSharing } from './support.ts';

let test: TestSharing;
const path = (...way: string[]): string => join(test.folder, ...way);
const idOf = (text: string): string => hashContent(Buffer.from(text)).id;

beforeEach(async () => {
  test = await testSharing();
});

describe('sharing a file', () => {
  it('announces it under its own name, with what it is', async () => {
    await writeFile(path('a.txt'), 'abc');
    const announced = await test.sharing.share(path('a.txt'), { description: 'three letters' });
    expect(announced).toMatchObject({
      name: 'a.txt',
      id: idOf('abc'),
      size: 3,
      kind: 'file',
      description: 'three letters',
    });
    expect(Math.abs(announced.modified - Date.now())).toBeLessThan(60_000);
    expect([...test.roll.values()]).toEqual([announced]);
    expect(test.sharing.list()).toEqual([announced]);
    expect(test.events).toEqual([]);
  });

  it('takes another name and the users whom it is for', async () => {
    await writeFile(path('a:b'), 'abc');
    const to = [userName('bob')];
    const announced = await test.sharing.share(path('a:b'), { as: resourceName('ab'), to });
    expect(announced).toMatchObject({ name: 'ab', to });
  });

  it('of one byte, of nothing and of more than 4 GiB works', async () => {
    await writeFile(path('one'), 'x');
    await writeFile(path('none'), '');
    await writeFile(path('huge'), '');
    await truncate(path('huge'), 4 * GiB + 1);
    const hashing: number[] = [];
    const quick = await testSharing({
      hasher: {
        async hashPieces(_file, _size, first, count) {
          hashing.push(first);
          return new Uint8Array(count * 32);
        },
      },
    });
    expect((await test.sharing.share(path('one'), {})).id).toBe(idOf('x'));
    expect((await test.sharing.share(path('none'), {})).id).toBe(idOf(''));
    const told: [number, number][] = [];
    const huge = await quick.sharing.share(path('huge'), { onProgress: (...progress) => told.push(progress) });
    expect(huge.size).toBe(4 * GiB + 1);
    expect(hashing.length).toBe(257);
    expect(told.at(-1)).toEqual([huge.size, huge.size]);
    const end = await quick.ask(`/content/${huge.id}`, { range: `bytes=${4 * GiB}-` }, { method: 'HEAD' });
    expect(end.headers.get('content-length')).toBe(String(huge.size));
  });

  it('follows a link that the user gives, once, under the name of the link', async () => {
    await writeFile(path('target'), 'abc');
    await symlink('target', path('link'));
    await symlink('nowhere', path('broken'));
    const announced = await test.sharing.share(path('link'), {});
    expect([announced.name, announced.id]).toEqual(['link', idOf('abc')]);
    await expect(test.sharing.share(path('broken'), {})).rejects.toMatchObject({ code: 'not-found' });
  });

  it('hashes nothing twice, over a restart too', async () => {
    await writeFile(path('a'), 'abc');
    let hashed = 0;
    const cacheFile = join(await temporaryFolder(), 'hashes.db');
    const hasher = {
      hashPieces(...job: Parameters<typeof inlineHasher.hashPieces>): Promise<Uint8Array> {
        hashed += 1;
        return inlineHasher.hashPieces(...job);
      },
    };
    for (let start = 0; start < 2; start++) {
      const { sharing } = await testSharing({ hasher, cacheFile });
      const told: [number, number][] = [];
      const onProgress = (...progress: [number, number]): void => void told.push(progress);
      expect((await sharing.share(path('a'), { onProgress })).id).toBe(idOf('abc'));
      expect(told.at(-1)).toEqual([3, 3]);
      await sharing[Symbol.asyncDispose]();
    }
    expect(hashed).toBe(1);
  });

  it('replaces what went by its name', async () => {
    await mkdir(path('other'));
    await writeFile(path('a'), 'abc');
    await writeFile(path('other', 'a'), 'def');
    const first = await test.sharing.share(path('a'), {});
    const second = await test.sharing.share(path('other', 'a'), {});
    expect(test.sharing.list()).toEqual([second]);
    expect((await test.ask(`/content/${first.id}`)).status).toBe(409);
    expect((await bodyOf(await test.ask(`/content/${second.id}`))).toString()).toBe('def');
    expect(test.watch.paths).toEqual([path('other', 'a')]);
  });

  it('of one content under two names goes on when one is withdrawn', async () => {
    await writeFile(path('a'), 'abc');
    await writeFile(path('b'), 'abc');
    const { id } = await test.sharing.share(path('a'), {});
    await test.sharing.share(path('b'), {});
    await test.sharing.withdraw(resourceName('a'));
    expect((await bodyOf(await test.ask(`/content/${id}`))).toString()).toBe('abc');
  });
});

describe('what cannot be shared', () => {
  it.each([
    ['nothing', 'missing', 'not-found', /nothing is at/],
    ['something below a file', 'file/x', 'not-found', /nothing is at/],
  ])('%s is said to be so', async (_, name, code, message) => {
    await writeFile(path('file'), '');
    await expect(test.sharing.share(path(name), {})).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it.runIf(process.platform !== 'win32')('a FIFO and a device are refused', async () => {
    execFileSync('mkfifo', [path('fifo')]);
    await expect(test.sharing.share(path('fifo'), {})).rejects.toMatchObject({ code: 'usage' });
    await expect(test.sharing.share('/dev/null', {})).rejects.toMatchObject({ code: 'usage' });
  });

  it.runIf(process.platform !== 'win32')('a hostile name is refused, with the way out', async () => {
    await writeFile(path('a:b'), 'abc');
    await expect(test.sharing.share(path('a:b'), {})).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/colon.*--as NAME/),
    });
  });

  it('a description or an audience that is too long is refused before anything is hashed', async () => {
    const hasher = { hashPieces: () => Promise.reject(new Error('was hashed')) };
    const { sharing } = await testSharing({ hasher });
    await writeFile(path('a'), 'abc');
    const to = Array.from({ length: 101 }, (_, index) => userName(`u${index}`));
    for (const terms of [{ description: 'é'.repeat(501) }, { to }]) {
      await expect(sharing.share(path('a'), terms)).rejects.toMatchObject({ code: 'usage' });
    }
  });

  it('what the roll refuses is not served', async () => {
    const refusing = await testSharing({
      roll: {
        announce: () => Promise.reject(new RollcallError('limit', 'too many')),
        withdraw: async () => {},
        partial: async () => {},
      },
    });
    await writeFile(path('a'), 'abc');
    await expect(refusing.sharing.share(path('a'), {})).rejects.toMatchObject({ code: 'limit' });
    expect(refusing.sharing.list()).toEqual([]);
    expect((await refusing.ask(`/content/${idOf('abc')}`)).status).toBe(404);
  });

  it('stops being hashed when the user says so', async () => {
    await writeFile(path('a'), 'abc');
    const signal = AbortSignal.abort(new RollcallError('interrupted', 'stopped'));
    await expect(test.sharing.share(path('a'), { signal })).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('is not withdrawn either', async () => {
    await expect(test.sharing.withdraw(resourceName('a'))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('sharing a folder', () => {
  it('announces one resource with the sum of its files, whose content is its listing', async () => {
    await mkdir(path('f', 'empty'), { recursive: true });
    await mkdir(path('f', 'inner'));
    await writeFile(path('f', 'a'), 'abc');
    await writeFile(path('f', 'inner', 'b'), 'defg');
    const told: [number, number][] = [];
    const shared = await test.sharing.share(path('f'), { onProgress: (...progress) => told.push(progress) });
    expect(shared).toMatchObject({ name: 'f', kind: 'folder', size: 7 });
    const listing = await bodyOf(await test.ask(`/content/${shared.id}`));
    expect(hashContent(listing).id).toBe(shared.id);
    expect(decodeListing(listing)).toEqual({
      files: [
        { path: 'a', size: 3, id: idOf('abc') },
        { path: 'inner/b', size: 4, id: idOf('defg') },
      ],
      emptyFolders: ['empty'],
    });
    expect(told.at(-1)).toEqual([7, 7]);
  });

  it('gives the same id for the same files elsewhere', async () => {
    for (const name of ['f', 'g']) {
      await mkdir(path(name, 'inner'), { recursive: true });
      await writeFile(path(name, 'inner', 'a'), 'abc');
    }
    expect((await test.sharing.share(path('f'), {})).id).toBe((await test.sharing.share(path('g'), {})).id);
  });

  it('with nothing in it works', async () => {
    await mkdir(path('f'));
    const shared = await test.sharing.share(path('f'), {});
    expect([shared.size, shared.kind]).toEqual([0, 'folder']);
    expect(Math.abs(shared.modified - Date.now())).toBeLessThan(60_000);
  });

  it('tells what it leaves out, once', async () => {
    await mkdir(path('f'));
    await writeFile(path('f', 'a'), 'abc');
    await symlink('a', path('f', 'link'));
    await test.sharing.share(path('f'), {});
    await test.sharing.share(path('f'), {});
    expect(test.events).toEqual([
      { event: 'skipped', path: path('f', 'link'), why: expect.stringMatching(/symbolic link/) },
    ]);
  });

  it('is announced anew once it was quiet for a moment after a change inside', async () => {
    await mkdir(path('f'));
    await writeFile(path('f', 'a'), 'abc');
    const before = await test.sharing.share(path('f'), {});
    await writeFile(path('f', 'b'), 'def');
    test.watch.touch(path('f', 'b'));
    await test.clock.wind(quietMs - 1);
    expect(test.events).toEqual([]);
    await test.clock.wind(1);
    await eventually(() => test.events.length > 0);
    expect(test.events).toMatchObject([{ event: 'announced', resource: { name: 'f', size: 6 } }]);
    expect((await test.ask(`/content/${before.id}`)).status).toBe(409);
  });
});

describe('a shared file', () => {
  beforeEach(async () => {
    await writeFile(path('a'), 'abc');
    await test.sharing.share(path('a'), {});
  });
  const look = async (): Promise<void> => {
    test.watch.touch(path('a'));
    await test.clock.wind(quietMs);
  };

  it('that was edited is announced anew', async () => {
    await appendFile(path('a'), 'def');
    await look();
    await eventually(() => test.events.length > 0);
    expect(test.events).toMatchObject([{ event: 'announced', resource: { id: idOf('abcdef') } }]);
    expect(test.roll.get(resourceName('a'))?.id).toBe(idOf('abcdef'));
  });

  it('that was not changed is left alone', async () => {
    await look();
    await settle();
    expect(test.events).toEqual([]);
  });

  it('that is removed is withdrawn, and announced again when it comes back', async () => {
    await rm(path('a'));
    await look();
    await eventually(() => test.events.length === 1);
    expect([test.roll.size, test.sharing.list()]).toEqual([0, []]);
    await writeFile(path('a'), 'back');
    await look();
    await eventually(() => test.events.length === 2);
    expect(test.events).toMatchObject([
      { event: 'withdrawn', name: 'a', why: expect.stringMatching(/gone/) },
      { event: 'announced', resource: { name: 'a', id: idOf('back') } },
    ]);
  });

  it('that becomes something else is withdrawn, with the reason', async () => {
    await rm(path('a'));
    await symlink('/etc/passwd', path('a'));
    await look();
    await eventually(() => test.events.length === 1);
    expect(test.events).toMatchObject([{ event: 'withdrawn', why: expect.stringMatching(/symbolic link/) }]);
  });

  it('that was withdrawn is watched no longer', async () => {
    await test.sharing.withdraw(resourceName('a'));
    expect([test.watch.paths, test.roll.size]).toEqual([[], 0]);
  });
});

it('a shared file that keeps changing is withdrawn, and announced again once it is quiet', async () => {
  let changes = 0;
  const restless = await testSharing({
    hasher: {
      async hashPieces(...job) {
        if (changes > 0) await appendFile(join(restless.folder, 'a'), `${changes--}`);
        return await inlineHasher.hashPieces(...job);
      },
    },
  });
  const file = join(restless.folder, 'a');
  await writeFile(file, 'abc');
  await restless.sharing.share(file, {});
  changes = 4;
  await appendFile(file, 'x');
  restless.watch.touch(file);
  await eventually(async () => {
    await restless.clock.wind(100);
    return restless.events.length === 2;
  });
  expect(restless.events).toMatchObject([
    { event: 'withdrawn', name: 'a', why: expect.stringMatching(/keeps changing/) },
    { event: 'announced', resource: { id: idOf('abcx4321') } },
  ]);
});

it('the end of sharing leaves no timer and no watch', async () => {
  await writeFile(path('a'), 'abc');
  const { id } = await test.sharing.share(path('a'), {});
  await bodyOf(await test.ask(`/content/${id}`));
  test.watch.touch(path('a'));
  await test.sharing[Symbol.asyncDispose]();
  await settle();
  expect([test.clock.waiting, test.watch.paths]).toEqual([0, []]);
  await expect(test.sharing.share(path('a'), {})).rejects.toMatchObject({ code: 'interrupted' });
});

describe('who fetches what', () => {
  it('is told by the name that it is shared under, with the bytes that were taken', async () => {
    await writeFile(path('a.txt'), 'abc');
    const { id } = await test.sharing.share(path('a.txt'), { as: resourceName('mine') });
    expect(test.sharing.uploads()).toEqual([]);
    await bodyOf(await test.ask(`/content/${id}`, { range: 'bytes=0-0' }));
    await bodyOf(await test.ask(`/content/${id}/bytes`));
    expect(test.sharing.uploads()).toMatchObject([
      {
        name: 'mine',
        content: id,
        size: 3,
        bytes: 4,
        address: '10.0.0.2',
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  it('counts a file in a folder as the folder', async () => {
    await mkdir(path('dir'));
    await writeFile(path('dir', 'x'), 'abcd');
    const { id } = await test.sharing.share(path('dir'), {});
    await bodyOf(await test.ask(`/content/${idOf('abcd')}`, {}, { ticketFor: id }));
    expect(test.sharing.uploads()).toMatchObject([{ name: 'dir', content: id, size: 4, bytes: 4 }]);
  });
});

describe('sharing the entries of a folder', () => {
  it('leaves out those that it is told to', async () => {
    for (const name of ['a', 'b', 'c']) await writeFile(path(name), name);
    await test.sharing.shareEntries(test.folder, { without: [resourceName('b')] });
    expect(test.sharing.list().map(({ name }) => name)).toEqual(['a', 'c']);
  });
});
