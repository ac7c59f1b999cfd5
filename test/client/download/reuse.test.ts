import { copyFileSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { KiB, MiB } from '../../../src/base/sizes.ts';
import type { Disk } from '../../../src/client/download/disk/disk.ts';
import { nodeDisk } from '../../../src/client/download/disk/nodeDisk.ts';
import type { DownloadProgress, DownloadRequest } from '../../../src/client/download/download.ts';
import type { FakePeer } from '../../support/fakePeer.ts';
import { contentOf, type Scene, scene } from './scene.ts';
import { expectWhole, treeOf } from './trees.ts';

/** One that clones, as some file systems do. */
const cloning: Disk = {
  ...nodeDisk,
  async clone(from, to) {
    copyFileSync(from, to);
    return true;
  },
};
const disks: [string, Disk][] = [
  ['that clones', cloning],
  ['that does not', { ...nodeDisk, clone: async () => false }],
];

describe.each(disks)('a file that is to be replaced, on a disk %s,', (_, disk) => {
  const content = contentOf(5 * MiB + 17);

  test('and is the same is not fetched', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    await writeFile(s.target, content.bytes);
    const before = statSync(s.target).ino;
    const done = await s.download(s.request(content, [bob], { ifExists: 'overwrite' }), { disk });
    expect(bob.requests).toEqual([`/content/${content.id}/pieces`]);
    expect(done.from).toEqual([]);
    expect((await s.saved()).equals(content.bytes)).toBe(true);
    // Nothing is linked: who has the old one open does not write to the new one.
    expect(statSync(s.target).ino).not.toBe(before);
    expect(statSync(s.target).mode & 0o777).toBe(0o666 & ~process.umask());
    expect(await s.names()).toEqual(['saved.bin']);
  });

  test.each(['overwrite', 'rename'] as const)(
    'and has a few bytes changed costs those pieces (%s)',
    async (ifExists) => {
      await using s = await scene();
      const bob = await s.peer('Bob', [content]);
      const old = Buffer.from(content.bytes);
      old[MiB + 5] = (old[MiB + 5] ?? 0) ^ 1;
      await writeFile(s.target, old);
      const told: DownloadProgress[] = [];
      const onProgress = (progress: DownloadProgress): void => void told.push(progress);
      const done = await s.download(s.request(content, [bob], { ifExists, onProgress }), { disk });
      expect((await readFile(done.path)).equals(content.bytes)).toBe(true);
      expect(bob.sent).toBe(MiB);
      expect(told.at(-1)).toEqual({ bytes: content.size, size: content.size, resumedBytes: content.size - MiB });
      if (ifExists === 'rename') expect((await s.saved()).equals(old)).toBe(true);
    },
  );

  test('is taken only where it has the right size, and never through a link', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    await writeFile(join(s.folder, 'elsewhere'), content.bytes);
    await symlink(join(s.folder, 'elsewhere'), s.target);
    await s.download(s.request(content, [bob], { ifExists: 'overwrite' }), { disk });
    expect(bob.sent).toBe(content.size);
    await writeFile(s.target, content.bytes.subarray(1));
    await s.download(s.request(content, [bob], { ifExists: 'overwrite' }), { disk });
    expect(bob.sent).toBe(2 * content.size);
  });

  test('and was taken in part is gone on with after a stop', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 0 });
    const old = Buffer.from(content.bytes).fill(0, 0, 2 * MiB);
    await writeFile(s.target, old);
    const request = s.request(content, [bob], { ifExists: 'overwrite' });
    await expect(s.download(request, { disk })).rejects.toMatchObject({ code: 'unfinished' });
    expect((await s.saved()).equals(old)).toBe(true);
    bob.knobs.stopAfter = undefined;
    await s.download(request, { disk });
    expect((await s.saved()).equals(content.bytes)).toBe(true);
    expect(bob.sent).toBe(2 * MiB);
    expect(await s.names()).toEqual(['saved.bin']);
  });
});

const tree = treeOf({ 'a.txt': 10, 'sub/deep/b.bin': 2 * MiB + 5, 'sub/c': 0, 'sub/d': 300 * KiB, 'z.bin': MiB }, [
  'e',
]);
const listBytes = tree.contents[0]?.size ?? 0;

const folderRequest = (s: Scene, peer: FakePeer, ifExists: DownloadRequest['ifExists']): DownloadRequest =>
  s.request(tree.stated, [peer], { kind: 'folder', target: join(s.folder, 'saved'), ifExists });

/** The folder is there, whole; returns its owner and where it is. */
async function fetched(s: Scene): Promise<{ bob: FakePeer; saved: string }> {
  const bob = await s.peer('Bob', tree.contents);
  await s.download(folderRequest(s, bob, 'refuse'));
  bob.sent = 0;
  return { bob, saved: join(s.folder, 'saved') };
}

describe.each(disks)('a folder that is to be replaced, on a disk %s,', (_, disk) => {
  test.each(['overwrite', 'rename'] as const)('and is the same costs its list (%s)', async (ifExists) => {
    await using s = await scene();
    const { bob, saved } = await fetched(s);
    const inode = statSync(join(saved, 'z.bin')).ino;
    const { path } = await s.download(folderRequest(s, bob, ifExists), { disk });
    await expectWhole(s, tree, ifExists === 'rename' ? 'saved (2)' : 'saved');
    expect(bob.sent).toBe(listBytes);
    expect(statSync(join(path, 'z.bin')).ino).not.toBe(inode);
    expect(statSync(join(path, 'sub/deep/b.bin')).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  test('costs what was changed, taken away or made longer', async () => {
    await using s = await scene();
    const { bob, saved } = await fetched(s);
    await writeFile(join(saved, 'a.txt'), '0123456789');
    await rename(join(saved, 'z.bin'), join(saved, 'other'));
    const b = await readFile(join(saved, 'sub/deep/b.bin'));
    await writeFile(join(saved, 'sub/deep/b.bin'), b.fill(0, 0, 1));
    await writeFile(join(saved, 'sub/d'), Buffer.alloc(300 * KiB + 1));
    await s.download(folderRequest(s, bob, 'overwrite'), { disk });
    await expectWhole(s, tree);
    expect(bob.sent).toBe(listBytes + 10 + MiB + MiB + 300 * KiB);
  });

  test('is not looked into through links', async () => {
    await using s = await scene();
    const { bob, saved } = await fetched(s);
    await rename(join(saved, 'sub'), join(s.folder, 'moved'));
    await symlink(join(s.folder, 'moved'), join(saved, 'sub'));
    await rename(join(saved, 'a.txt'), join(s.folder, 'a.txt'));
    await symlink(join(s.folder, 'a.txt'), join(saved, 'a.txt'));
    await s.download(folderRequest(s, bob, 'overwrite'), { disk });
    await expectWhole(s, tree);
    expect(bob.sent).toBe(listBytes + tree.stated.size - MiB);
    expect(statSync(join(s.folder, 'moved/d')).size).toBe(300 * KiB);
  });

  test('and has a folder in the place of a file is replaced', async () => {
    await using s = await scene();
    const { bob, saved } = await fetched(s);
    await rename(join(saved, 'z.bin'), join(saved, 'other'));
    await mkdir(join(saved, 'z.bin'));
    await s.download(folderRequest(s, bob, 'overwrite'), { disk });
    await expectWhole(s, tree);
  });
});

test('a file that is cut while it is cloned costs what was lost, and ends in the right bytes', async () => {
  await using s = await scene();
  const content = contentOf(3 * MiB);
  const bob = await s.peer('Bob', [content]);
  await writeFile(s.target, content.bytes);
  const disk: Disk = {
    ...nodeDisk,
    async clone(_, to) {
      await writeFile(to, content.bytes.subarray(0, MiB));
      return true;
    },
  };
  await s.download(s.request(content, [bob], { ifExists: 'overwrite' }), { disk });
  expect((await s.saved()).equals(content.bytes)).toBe(true);
});

test('a folder that is there and was not to be replaced is refused, whatever is in it', async () => {
  await using s = await scene();
  const { bob } = await fetched(s);
  await expect(s.download(folderRequest(s, bob, 'refuse'))).rejects.toMatchObject({ code: 'exists' });
  expect(bob.sent).toBe(0);
});
