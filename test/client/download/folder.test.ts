import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ContentId } from '../../../src/base/ids.ts';
import { relativePath } from '../../../src/base/names.ts';
import { KiB, MiB } from '../../../src/base/sizes.ts';
import type { Claimant } from '../../../src/client/download/disk/claimant.ts';
import { nodeDisk } from '../../../src/client/download/disk/nodeDisk.ts';
import type { DownloadProgress, DownloadRequest } from '../../../src/client/download/download.ts';
import { inlineHasher } from '../../../src/client/hashing/hasher.ts';
import { encodeListing } from '../../../src/net/wire/listing.ts';
import { crashDisk } from '../../support/crashDisk.ts';
import { type FakePeer, type Served, served } from '../../support/fakePeer.ts';
import { bytesOf, contentOf, type Scene, scene } from './scene.ts';

type Content = Served & { id: ContentId };

interface Tree {
  /** The listing first. */
  contents: Content[];
  /** What the roll says of it. */
  stated: { id: ContentId; size: number };
  files: Map<string, Buffer>;
  emptyFolders: string[];
}

function treeOf(sizes: Record<string, number>, emptyFolders: readonly string[] = []): Tree {
  const files = new Map(Object.entries(sizes).map(([path, size], at) => [path, bytesOf(size, at + 1)]));
  const contents = [...files.values()].map((bytes) => served(bytes));
  const listing = encodeListing({
    files: [...files].map(([path, bytes], at) => ({
      path: relativePath(path),
      size: bytes.length,
      id: contents[at]?.id ?? ('' as ContentId),
    })),
    emptyFolders: emptyFolders.map(relativePath),
  });
  const list = served(listing);
  const size = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return { contents: [list, ...contents], stated: { id: list.id, size }, files, emptyFolders: [...emptyFolders] };
}

const tree = treeOf({ 'a.txt': 10, 'sub/deep/b.bin': 2 * MiB + 5, 'sub/c': 0, 'sub/d': 300 * KiB, 'z.bin': MiB }, [
  'empty',
  'sub/nothing',
]);

const folderRequest = (s: Scene, peers: readonly FakePeer[], more: Partial<DownloadRequest> = {}): DownloadRequest =>
  s.request(tree.stated, peers, { kind: 'folder', target: join(s.folder, 'saved'), ...more });

async function expectWhole(s: Scene, { files, emptyFolders }: Tree = tree, at = 'saved'): Promise<void> {
  const root = join(s.folder, at);
  for (const [path, bytes] of files) expect((await readFile(join(root, path))).equals(bytes), path).toBe(true);
  for (const path of emptyFolders) expect(await readdir(join(root, path))).toEqual([]);
  const all = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(all).toHaveLength(files.size);
}

const contentRequests = (peer: FakePeer): number => peer.requests.filter((path) => path.includes('bytes=')).length;

describe('a folder', () => {
  test('is saved with every file and every empty folder, over one connection', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const done = await s.download(folderRequest(s, [bob]));
    await expectWhole(s);
    expect(done).toMatchObject({ path: join(s.folder, 'saved'), bytes: tree.stated.size, from: ['Bob'] });
    expect(await s.names()).toEqual(['saved']);
    expect(bob.connections).toBe(1);
    expect(s.clock.waiting).toBe(0);
  });

  test('costs one request for its list and one for each small file, none for an empty one', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    await s.download(folderRequest(s, [bob]));
    // The list, four files with bytes, and the piece list of the one with more than one piece.
    expect(bob.requests).toHaveLength(6);
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
    await expectWhole(s);
    expect(await s.names()).toEqual(['saved', 'saved (2)']);
  });

  test('goes on with another owner where one vanishes, from the piece that is missing', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const sally = await s.peer('Sally', tree.contents);
    bob.knobs.stopAfter = 1.5 * MiB;
    const done = await s.download(folderRequest(s, [bob, sally]));
    await expectWhole(s);
    expect(done.from).toEqual(['Sally', 'Bob']);
    expect(sally.sent).toBeLessThan(tree.stated.size);
  });
});

describe('a hostile list of a folder', () => {
  test.each([
    ['leads out of the folder', { path: '../evil' }],
    ['is absolute', { path: '/etc/evil' }],
  ])('that %s is refused and nothing is written', async (_, { path }) => {
    await using s = await scene();
    const file = contentOf(10);
    const listing = new TextEncoder().encode(
      JSON.stringify({ format: 'rollcall-folder/1', files: [{ path, size: 10, id: file.id }], emptyFolders: [] }),
    );
    const list = served(listing);
    const bob = await s.peer('Bob', [list, file]);
    const request = s.request({ id: list.id, size: 10 }, [bob], { kind: 'folder' });
    await expect(s.download(request)).rejects.toMatchObject({ code: 'bad-content' });
    expect(await s.names()).toEqual([]);
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

describe('a folder that was begun', () => {
  test('is gone on with where it was, and no finished file is fetched again', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    await begin(s, bob);
    const told: DownloadProgress[] = [];
    await s.download(folderRequest(s, [bob], { onProgress: (progress) => void told.push(progress) }));
    await expectWhole(s);
    // What is missing of b.bin, then z.bin.
    expect(contentRequests(bob)).toBe(2);
    expect(told.at(-1)).toMatchObject({ bytes: tree.stated.size, resumedBytes: 10 + 300 * KiB + MiB });
    expect(await s.names()).toEqual(['saved']);
  });

  test('fetches a finished file again that was taken away or cut', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const parts = await begin(s, bob);
    await rm(join(parts, 'a.txt'));
    await truncate(join(parts, 'sub/deep/b.bin'), 5);
    await s.download(folderRequest(s, [bob]));
    await expectWhole(s);
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

describe('a crash after any operation on a folder', () => {
  const mortal = (pid: number): Claimant => ({ run: { pid, nonce: '00000000' }, lives: () => false });
  const small = treeOf({ a: 10, 'sub/b': MiB + 5, 'sub/c': 0, d: 2000 }, ['e']);

  test.each([false, true])(
    'ends in the same folder (power lost: %s)',
    async (power) => {
      let at = 1;
      for (let crashed = true; crashed; at++) {
        await using s = await scene();
        const bob = await s.peer('Bob', small.contents);
        const request = s.request(small.stated, [bob], { kind: 'folder', target: join(s.folder, 'saved') });
        const crashing = crashDisk(nodeDisk, inlineHasher, at, 'after', () => {});
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

test('many small files are synced together and never hold many descriptors', async () => {
  await using s = await scene();
  const many = treeOf(Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`d${at % 7}/f${at}`, at])));
  const bob = await s.peer('Bob', many.contents);
  let open = 0;
  let most = 0;
  const disk = {
    ...nodeDisk,
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
  expect(open).toBe(0);
  expect(bob.requests).toHaveLength(400);
});
