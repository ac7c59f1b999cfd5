import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GiB, MiB } from '../../../src/base/sizes.ts';
import type { Disk, DiskFile } from '../../../src/client/download/disk/disk.ts';
import { nodeDisk } from '../../../src/client/download/disk/nodeDisk.ts';
import { spaceFor } from '../../../src/client/download/disk/space.ts';
import type { Writer } from '../../../src/client/download/ports.ts';
import { inlineHasher } from '../../../src/client/hashing/hasher.ts';
import { contentOf, scene } from './scene.ts';

const content = contentOf(5 * MiB + 17);

const systemError = (code: string): Error => Object.assign(new Error(`${code}: no luck`), { code });

/** Writes `good` pieces, then fails. */
function failingWriter(good: number, code: string): Writer {
  let pieces = 0;
  return {
    ...inlineHasher,
    async writeVerified(...args) {
      if (pieces++ >= good) throw systemError(code);
      return inlineHasher.writeVerified(...args);
    },
  };
}

/** The real disk, with files that behave otherwise. */
const diskWith = (change: (file: DiskFile, path: string) => Partial<DiskFile>): Disk => ({
  ...nodeDisk,
  async open(path, how, mode) {
    const file = await nodeDisk.open(path, how, mode);
    return { ...file, ...change(file, path) };
  },
});

describe('free space', () => {
  test.each([
    [0, 0],
    [1, 1 + 100 * MiB],
    [10_000 * MiB, 10_100 * MiB],
    [20 * GiB, 20 * GiB + Math.ceil(20 * GiB * 0.01)],
  ])('for %i missing bytes is %i', (missing, needed) => {
    expect(spaceFor(missing)).toBe(needed);
  });

  test('that is one byte short is refused before a byte of content, and says so', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const disk: Disk = { ...nodeDisk, freeBytes: async () => content.size + 100 * MiB - 1 };
    await expect(s.download(s.request(content, [bob]), { disk })).rejects.toMatchObject({
      code: 'no-space',
      message: /: 1 B are missing/,
    });
    expect(bob.requests).toEqual([`/content/${content.id}/pieces`]);
    expect(await s.names()).toEqual([]);
  });

  test.each([content.size + 100 * MiB, undefined])('of %s bytes is enough', async (free) => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const disk: Disk = { ...nodeDisk, freeBytes: async () => free };
    await s.download(s.request(content, [bob]), { disk });
    expect(await s.names()).toEqual(['saved.bin']);
  });

  test('is asked for what is still missing', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 3 * MiB });
    await expect(s.download(s.request(content, [bob]))).rejects.toMatchObject({ code: 'unfinished' });
    bob.knobs.stopAfter = undefined;
    const disk: Disk = { ...nodeDisk, freeBytes: async () => 2 * MiB + 17 + 100 * MiB };
    await s.download(s.request(content, [bob]), { disk });
    expect(await s.names()).toEqual(['saved.bin']);
  });
});

describe('a disk that', () => {
  test.each(['ENOSPC', 'EDQUOT'])(
    'is full in the middle (%s) keeps what is verified, and the same request goes on',
    async (code) => {
      await using s = await scene();
      const bob = await s.peer('Bob', [content]);
      const failed = s.download(s.request(content, [bob]), { writer: failingWriter(3, code) });
      await expect(failed).rejects.toMatchObject({
        code: 'no-space',
        message: /[\d.]+ \w+ are missing.*goes on from there/,
      });
      expect(await s.names()).toHaveLength(2);
      const before = bob.sent;
      await s.download(s.request(content, [bob]));
      expect((await s.saved()).equals(content.bytes)).toBe(true);
      expect(bob.sent - before).toBe(content.size - 3 * MiB);
    },
  );

  test('cannot hold a file of that size says so', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const failed = s.download(s.request(content, [bob]), { writer: failingWriter(3, 'EFBIG') });
    await expect(failed).rejects.toMatchObject({ code: 'no-space', message: /cannot hold a file as large/ });
  });

  test('may not be written to is an error of usage', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const disk: Disk = { ...nodeDisk, open: () => Promise.reject(systemError('EROFS')) };
    await expect(s.download(s.request(content, [bob]), { disk })).rejects.toMatchObject({ code: 'usage' });
  });

  test('takes no file in a folder that is there is an error of usage', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const disk: Disk = { ...nodeDisk, open: () => Promise.reject(systemError('ENOENT')) };
    await expect(s.download(s.request(content, [bob]), { disk })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`'${s.folder}' cannot be written to: choose a folder where you may write`),
    });
  });

  test('takes no name as long as the target says what to do', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const target = join(s.folder, 'x'.repeat(300));
    await expect(s.download(s.request(content, [bob], { target }))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('choose a shorter name'),
    });
  });

  test('fails to sync pieces ends the download, and what it could not sync is written again before it is believed', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    let syncs = 0;
    const disk = diskWith((file, path) => ({
      datasync() {
        if (path.endsWith('.part') && ++syncs === 2) return Promise.reject(systemError('EIO'));
        return file.datasync();
      },
    }));
    const failed = s.download(s.request(content, [bob]), { disk, batchBytes: MiB });
    await expect(failed).rejects.toMatchObject({ code: 'fault', message: /disk/ });
    expect(syncs).toBe(2);
    expect((await s.names()).every((name) => name.startsWith('.rollcall-'))).toBe(true);
    const written: number[] = [];
    const writer: Writer = {
      ...inlineHasher,
      writeVerified(file, size, index, piece, expected) {
        written.push(index);
        return inlineHasher.writeVerified(file, size, index, piece, expected);
      },
    };
    await s.download(s.request(content, [bob]), { writer });
    expect((await s.saved()).equals(content.bytes)).toBe(true);
    expect(written[0]).toBe(1);
    expect(new Set(written)).toEqual(new Set([1, 2, 3, 4, 5]));
  });

  test('fails to sync the whole file publishes nothing', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const disk = diskWith(() => ({ sync: () => Promise.reject(systemError('EIO')) }));
    await expect(s.download(s.request(content, [bob]), { disk })).rejects.toMatchObject({ code: 'fault' });
    expect(await s.names()).not.toContain('saved.bin');
  });

  test('has changed a piece that was written but not journalled gets it fetched again', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 4 * MiB });
    const unjournalled = diskWith((file, path) => ({
      datasync: () => (path.endsWith('.part') ? Promise.reject(systemError('EIO')) : file.datasync()),
    }));
    await expect(s.download(s.request(content, [bob]), { disk: unjournalled })).rejects.toThrow();
    const part = (await s.names()).find((name) => name.endsWith('.part')) ?? '';
    const file = await nodeDisk.open(join(s.folder, part), 'update');
    await file.write(new Uint8Array([0, 0, 0, 0]), MiB + 5);
    await file.close();
    bob.knobs.stopAfter = undefined;
    const before = bob.requests.length;
    const sent = bob.sent;
    await s.download(s.request(content, [bob]));
    expect((await s.saved()).equals(content.bytes)).toBe(true);
    expect(bob.requests[before + 1]).toContain(`/content/${content.id}/bytes?of=1,4-5&`);
    expect(bob.sent - sent).toBe(2 * MiB + 17);
  });
});

/** Mounts a small tmpfs, where that may be done. */
function mountSmall(at: string, size: string): boolean {
  try {
    mkdirSync(at);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a real disk that runs full in the middle is gone on with once there is room', async (context) => {
  await using s = await scene();
  const small = join(s.folder, 'small');
  if (!mountSmall(small, '3m')) return context.skip('only root may mount');
  try {
    const bob = await s.peer('Bob', [content]);
    const target = join(small, 'saved.bin');
    const disk: Disk = { ...nodeDisk, freeBytes: async () => undefined };
    const request = s.request(content, [bob], { target });
    await expect(s.download(request, { disk })).rejects.toMatchObject({ code: 'no-space' });
    execFileSync('mount', ['-o', 'remount,size=20m', small]);
    const before = bob.sent;
    await s.download(request, { disk });
    expect((await readFile(target)).equals(content.bytes)).toBe(true);
    expect(bob.sent - before).toBeLessThan(content.size - MiB);
  } finally {
    execFileSync('umount', [small]);
  }
});
