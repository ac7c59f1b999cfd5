import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { relativePath } from '../../../src/base/names.ts';
import { GiB, KiB, MiB } from '../../../src/base/sizes.ts';
import type { Claimant } from '../../../src/client/download/disk/claimant.ts';
import { nodeDisk } from '../../../src/client/download/disk/nodeDisk.ts';
import type { DownloadProgress, DownloadRequest } from '../../../src/client/download/download.ts';
import { encodeListing } from '../../../src/net/wire/listing.ts';
import { crashDisk, type Tear } from '../../support/crashDisk.ts';
import { type FakePeer, served } from '../../support/fakePeer.ts';
import { wrapDisk } from '../../support/wrapDisk.ts';
import { contentOf, type Scene, scene } from './scene.ts';
import { expectWhole, type Tree, treeOf } from './trees.ts';

const tree = treeOf({ 'a.txt': 10, 'sub/deep/b.bin': 2 * MiB + 5, 'sub/c': 0, 'sub/d': 300 * KiB, 'z.bin': MiB }, [
  'empty',
  'sub/nothing',
]);

const folderRequest = (s: Scene, peers: readonly FakePeer[], more: Partial<DownloadRequest> = {}): DownloadRequest =>
  s.request(tree.stated, peers, { kind: 'folder', target: join(s.folder, 'saved'), ...more });

describe('a folder', () => {
  test('is saved with every file and every empty folder, over one connection', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const done = await s.download(folderRequest(s, [bob]));
    await expectWhole(s, tree);
    expect(done).toMatchObject({ path: join(s.folder, 'saved'), bytes: tree.stated.size, from: ['Bob'] });
    expect(await s.names()).toEqual(['saved']);
    expect(bob.connections).toBe(1);
    expect(s.clock.waiting).toBe(0);
  });

  test('asks for no piece list but of files with more than one piece, and for every byte once', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    await s.download(folderRequest(s, [bob]));
    expect(bob.requests.filter((path) => path.endsWith('/pieces'))).toHaveLength(1);
    expect(bob.sent).toBe(tree.stated.size + (tree.contents[0]?.size ?? 0));
  });

  test('without anything in it is made all the same', async () => {
    await using s = await scene();
    const empty = treeOf({});
    const bob = await s.peer('Bob', empty.contents);
    await s.download(s.request(empty.stated, [bob], { kind: 'folder', target: join(s.folder, 'saved') }));
    expect(await readdir(join(s.folder, 'saved'))).toEqual([]);
  });

  test('tells its progress over the whole', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const told: DownloadProgress[] = [];
    await s.download(folderRequest(s, [bob], { onProgress: (progress) => void told.push(progress) }));
    expect(told.at(-1)).toEqual({ bytes: tree.stated.size, size: tree.stated.size, resumedBytes: 0 });
    expect(told.every(({ bytes }, at) => bytes > (told[at - 1]?.bytes ?? 0))).toBe(true);
  });

  test('has the modes that the umask leaves', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    await s.download(folderRequest(s, [bob]));
    const mode = (path: string): number => statSync(join(s.folder, path)).mode & 0o777;
    expect([mode('saved'), mode('saved/sub')]).toEqual([0o777 & ~process.umask(), 0o777 & ~process.umask()]);
    expect(mode('saved/a.txt')).toBe(0o666 & ~process.umask());
  });

  test('is hidden and closed to others until it is whole', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const seen: string[] = [];
    const onProgress = (): void => {
      if (existsSync(join(s.folder, 'saved'))) seen.push('saved');
    };
    await s.download(folderRequest(s, [bob], { onProgress }));
    expect(seen).toEqual([]);
  });

  test('that exists is refused before anybody is asked, kept beside, or replaced, as the request says', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    await mkdir(join(s.folder, 'saved'));
    await writeFile(join(s.folder, 'saved', 'mine'), 'mine');
    await expect(s.download(folderRequest(s, [bob]))).rejects.toMatchObject({ code: 'exists' });
    expect(bob.requests).toEqual([]);
    await s.download(folderRequest(s, [bob], { ifExists: 'rename' }));
    await expectWhole(s, tree, 'saved (2)');
    expect(await readdir(join(s.folder, 'saved'))).toEqual(['mine']);
    await s.download(folderRequest(s, [bob], { ifExists: 'overwrite' }));
    await expectWhole(s, tree);
    expect(await s.names()).toEqual(['saved', 'saved (2)']);
  });

  test('goes on with another owner where one vanishes, from the piece that is missing', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const sally = await s.peer('Sally', tree.contents);
    bob.knobs.stopAfter = 1.5 * MiB;
    const done = await s.download(folderRequest(s, [bob, sally]));
    await expectWhole(s, tree);
    expect(done.from).toEqual(['Sally', 'Bob']);
    expect(sally.sent).toBeLessThan(tree.stated.size);
  });
});

describe('a hostile list of a folder', () => {
  test.each([
    ['leads out of the folder', ['../evil']],
    ['leads out of it from within', ['a/../../evil']],
    ['is absolute', ['/etc/evil']],
    ['names a drive', ['C:/evil']],
    ['has one name twice', ['a', 'a']],
    ['has two names that some systems take for one', ['a/READ', 'A/read']],
    ['has a file where a folder should be', ['a', 'a/b']],
    ['has a folder where a file should be', ['a/b', 'A']],
    ['has an empty name', ['a//b']],
    ['hides what it is', ['a\u202etxt.exe']],
  ])('that %s is refused and nothing is written', async (_, paths) => {
    await using s = await scene();
    const file = contentOf(10);
    const files = paths.map((path) => ({ path, size: 10, id: file.id }));
    const listing = new TextEncoder().encode(JSON.stringify({ format: 'rollcall-folder/1', files, emptyFolders: [] }));
    const list = served(listing);
    const bob = await s.peer('Bob', [list, file]);
    const request = s.request({ id: list.id, size: 10 }, [bob], { kind: 'folder' });
    await expect(s.download(request)).rejects.toMatchObject({ code: 'bad-content' });
    expect(await s.names()).toEqual([]);
    expect(bob.sent).toBe(list.size);
  });

  test('that is not the one that was announced bans its owner', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents, { lie: (bytes) => void bytes.reverse() });
    await expect(s.download(folderRequest(s, [bob]))).rejects.toMatchObject({ code: 'bad-content' });
    expect(bob.requests).toHaveLength(1);
  });

  test('beyond 64 MiB is not read', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents, { headers: { 'content-length': String(64 * MiB + 1) } });
    await expect(s.download(folderRequest(s, [bob]))).rejects.toMatchObject({ code: 'bad-content' });
    expect(bob.sent).toBe(0);
  });

  test.each([-1, 1])('that adds up to %i byte more than was announced is refused', async (more) => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const { id, size } = tree.stated;
    const request = s.request({ id, size: size - more }, [bob], { kind: 'folder' });
    await expect(s.download(request)).rejects.toMatchObject({
      code: 'bad-content',
      message: expect.stringContaining(`have ${size} bytes by its listing, and ${size - more} were announced`),
    });
    expect(bob.requests).toEqual([`/content/${id}`]);
    expect(await s.names()).toEqual([]);
  });

  test('of more files than can be counted together is refused as wrong', async () => {
    await using s = await scene();
    const { id } = contentOf(10);
    const size = 16_384 * GiB;
    const files = Array.from({ length: 1000 }, (_, at) => ({ path: relativePath(`f${at}`), size, id }));
    const list = served(encodeListing({ files, emptyFolders: [] }));
    const bob = await s.peer('Bob', [list]);
    await expect(s.download(s.request({ id: list.id, size }, [bob], { kind: 'folder' }))).rejects.toMatchObject({
      code: 'bad-content',
      message: expect.stringContaining('add up to more than 9007199254740991 bytes'),
    });
    expect(await s.names()).toEqual([]);
  });

  test('beyond 16 TiB is not asked for', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const { id } = tree.stated;
    const request = s.request({ id, size: 16_384 * GiB + 1 }, [bob], { kind: 'folder' });
    await expect(s.download(request)).rejects.toMatchObject({ code: 'limit', message: /largest folder/ });
    expect(bob.requests).toEqual([]);
  });

  test('that calls a file empty and gives it the id of another is refused', async () => {
    await using s = await scene();
    const file = contentOf(10);
    const list = served(
      encodeListing({ files: [{ path: relativePath('a'), size: 0, id: file.id }], emptyFolders: [] }),
    );
    const bob = await s.peer('Bob', [list]);
    const request = s.request({ id: list.id, size: 0 }, [bob], { kind: 'folder' });
    await expect(s.download(request)).rejects.toMatchObject({ code: 'bad-content' });
  });
});

/** Fetches a part of the folder and is stopped; returns the name of the hidden folder. */
async function begin(s: Scene, bob: FakePeer): Promise<string> {
  bob.knobs.stopAfter = bob.sent + 1.5 * MiB;
  await expect(s.download(folderRequest(s, [bob]))).rejects.toMatchObject({ code: 'unfinished' });
  bob.knobs.stopAfter = undefined;
  bob.requests.length = 0;
  return join(s.folder, (await s.names()).find((name) => name.endsWith('.parts')) ?? '');
}

describe('two downloads of one folder into the same place', () => {
  const alive = (pid: number): Claimant => ({ run: { pid, nonce: '00000000' }, lives: () => true });

  test('beside each other both end well', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const both = [1, 2].map((pid) =>
      s.download(folderRequest(s, [bob], { ifExists: 'rename' }), { claimant: alive(pid) }),
    );
    await Promise.all(both);
    await expectWhole(s, tree);
    await expectWhole(s, tree, 'saved (2)');
    expect(await s.names()).toEqual(['saved', 'saved (2)']);
  });

  test('under one name leave one whole folder, and the other says that it exists', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const both = [1, 2].map((pid) => s.download(folderRequest(s, [bob]), { claimant: alive(pid) }));
    const failed = (await Promise.allSettled(both)).flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    expect(failed).toEqual([expect.objectContaining({ code: 'exists' })]);
    await expectWhole(s, tree);
  });
});

describe('a folder that was begun', () => {
  test('is gone on with where it was, and no finished file is fetched again', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    await begin(s, bob);
    const before = bob.sent;
    const told: DownloadProgress[] = [];
    await s.download(folderRequest(s, [bob], { onProgress: (progress) => void told.push(progress) }));
    await expectWhole(s, tree);
    const resumedBytes = told.at(-1)?.resumedBytes ?? 0;
    expect(resumedBytes).toBeGreaterThanOrEqual(MiB);
    expect(told.at(-1)?.bytes).toBe(tree.stated.size);
    expect(bob.sent - before).toBe(tree.stated.size + (tree.contents[0]?.size ?? 0) - resumedBytes);
    expect(await s.names()).toEqual(['saved']);
  });

  test('fetches a finished file again that was taken away or cut', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const parts = await begin(s, bob);
    await rm(join(parts, 'a.txt'));
    await truncate(join(parts, 'sub/deep/b.bin'), 5);
    await s.download(folderRequest(s, [bob]));
    await expectWhole(s, tree);
  });

  test('believes nothing that its journal said of a file that was taken away, whatever came of it since', async () => {
    await using s = await scene();
    const large = treeOf({ 'b.bin': 2 * MiB, 'c.bin': 2 * MiB });
    const bob = await s.peer('Bob', large.contents, { stopAfter: 3.5 * MiB });
    const request = s.request(large.stated, [bob], { kind: 'folder', target: join(s.folder, 'saved') });
    await expect(s.download(request)).rejects.toMatchObject({ code: 'unfinished' });
    const parts = join(s.folder, (await s.names()).find((name) => name.endsWith('.parts')) ?? '');
    for (const name of ['b.bin', 'c.bin']) await rm(join(parts, name), { force: true });
    // Of each file the second piece comes, so that it has its full length.
    bob.knobs.stopAfter = undefined;
    bob.knobs.lie = (bytes, offset) => {
      if (bytes.length > KiB && offset % (2 * MiB) < MiB) bytes.reverse();
    };
    await expect(s.download(request)).rejects.toMatchObject({ code: 'bad-content' });
    bob.knobs.lie = undefined;
    await s.download(request);
    await expectWhole(s, large);
  });

  test('follows no link that was put in the place of a folder or a file', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const parts = await begin(s, bob);
    await mkdir(join(s.folder, 'outside'));
    await rename(join(parts, 'sub'), join(s.folder, 'moved'));
    await symlink(join(s.folder, 'outside'), join(parts, 'sub'));
    await expect(s.download(folderRequest(s, [bob]))).rejects.toMatchObject({ code: 'fault' });
    expect(await readdir(join(s.folder, 'outside'))).toEqual([]);
  });
});

describe('a crash at any operation on a folder', () => {
  const mortal = (pid: number): Claimant => ({ run: { pid, nonce: '00000000' }, lives: () => false });
  const few = treeOf({ a: 10, 'sub/b': MiB + 5, 'sub/c': 0, d: 2000 }, ['e']);
  /** Enough to be synced together. */
  const many = treeOf(Object.fromEntries(Array.from({ length: 34 }, (_, at) => [`f${at}`, 1 + at])));
  const cases: [string, Tear, boolean, Tree][] = [
    ['a few files', 'after', false, few],
    ['a few files', 'after', true, few],
    ['a few files', 'within', true, few],
    ['many files', 'after', true, many],
  ];

  test.each(cases)(
    'with %s, %s the operation, ends in the same folder (power lost: %s)',
    async (_, tear, power, small) => {
      let at = 1;
      for (let crashed = true; crashed; at++) {
        await using s = await scene();
        const bob = await s.peer('Bob', small.contents);
        const request = s.request(small.stated, [bob], { kind: 'folder', target: join(s.folder, 'saved') });
        const crashing = crashDisk(nodeDisk, at, tear, () => {});
        await s.download(request, { ...crashing, claimant: mortal(1), batchBytes: MiB }).catch(() => {});
        crashed = crashing.crashed;
        if (crashed && power) crashing.cutPower();
        if (existsSync(join(s.folder, 'saved'))) await expectWhole(s, small);
        else await s.download(request, { claimant: mortal(2) });
        await expectWhole(s, small);
        if (!crashed) expect(await s.names()).toEqual(['saved']);
      }
      expect(at).toBeGreaterThan(40);
    },
    60_000,
  );
});

test('many small files travel in a few requests, are synced together, and hold no descriptor', async () => {
  await using s = await scene();
  const many = treeOf(Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`d${at % 7}/f${at}`, at])));
  const bob = await s.peer('Bob', many.contents);
  const calls: string[] = [];
  const disk = wrapDisk(nodeDisk, (name, act) => {
    calls.push(name);
    return act();
  });
  await s.download(s.request(many.stated, [bob], { kind: 'folder', target: join(s.folder, 'saved') }), { disk });
  await expectWhole(s, many);
  expect(calls.filter((name) => name === 'syncTogether')).toHaveLength(1);
  // The journal alone.
  expect(calls.filter((name) => name === 'open')).toHaveLength(1);
  expect(calls.filter((name) => name === 'file.close')).toHaveLength(1);
  expect(bob.requests.length).toBeLessThan(20);
});

test('many large files never hold many descriptors, and every one is closed in the end', async () => {
  await using s = await scene();
  const many = treeOf(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, MiB + 1 + at])));
  const bob = await s.peer('Bob', many.contents);
  let open = 0;
  let most = 0;
  let atPublishing: number | undefined;
  const disk = {
    ...nodeDisk,
    async rename(from: string, to: string) {
      if (to.endsWith('saved')) atPublishing = open;
      await rename(from, to);
    },
    async open(...args: Parameters<typeof nodeDisk.open>) {
      const file = await nodeDisk.open(...args);
      most = Math.max(most, ++open);
      return {
        ...file,
        async close() {
          open--;
          await file.close();
        },
      };
    },
  };
  await s.download(s.request(many.stated, [bob], { kind: 'folder', target: join(s.folder, 'saved') }), { disk });
  await expectWhole(s, many);
  expect(most).toBeLessThan(140);
  // Windows moves no folder in which a file is open: only the journal beside it is.
  expect(atPublishing).toBe(1);
  expect(open).toBe(0);
});
