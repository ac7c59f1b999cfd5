import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Disk } from '../../../../src/client/download/disk/disk.ts';
import { nodeDisk } from '../../../../src/client/download/disk/nodeDisk.ts';
import { publishFile, publishFolder } from '../../../../src/client/download/disk/publish.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
const text = async (name: string): Promise<string> => (await readFile(at(name))).toString();
const names = async (): Promise<string[]> => (await readdir(folder)).sort();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-publish-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const refuse = (code: string) => async (): Promise<never> => {
  throw Object.assign(new Error(code), { code });
};
/** A file system without links, as FAT. */
const withoutLinks: Disk = { ...nodeDisk, link: refuse('EPERM') };

describe.each([
  ['with links', nodeDisk],
  ['without links', withoutLinks],
])('a file published %s', (_, disk) => {
  beforeEach(() => writeFile(at('.part'), 'whole'));

  test('takes a free name and leaves nothing else', async () => {
    expect(await publishFile(disk, at('.part'), at('a.txt'), 'refuse')).toBe(at('a.txt'));
    expect(await names()).toEqual(['a.txt']);
    expect(await text('a.txt')).toBe('whole');
  });

  test('replaces nothing', async () => {
    await writeFile(at('a.txt'), 'mine');
    await expect(publishFile(disk, at('.part'), at('a.txt'), 'refuse')).rejects.toMatchObject({ code: 'exists' });
    expect(await text('a.txt')).toBe('mine');
    expect(await text('.part')).toBe('whole');
  });

  test('does not go where a dangling link points', async () => {
    await symlink(at('elsewhere'), at('a.txt'));
    await expect(publishFile(disk, at('.part'), at('a.txt'), 'refuse')).rejects.toMatchObject({ code: 'exists' });
    expect(await names()).toEqual(['.part', 'a.txt']);
  });

  test('takes the next free number', async () => {
    await writeFile(at('a.txt'), 'mine');
    await mkdir(at('a (2).txt'));
    expect(await publishFile(disk, at('.part'), at('a.txt'), 'rename')).toBe(at('a (3).txt'));
  });

  test.runIf(process.platform !== 'win32')('replaces no pipe and no device, though it is told to', async () => {
    execFileSync('mkfifo', [at('a.txt')]);
    await expect(publishFile(disk, at('.part'), at('a.txt'), 'overwrite')).rejects.toMatchObject({ code: 'exists' });
    expect((await lstat(at('a.txt'))).isFIFO()).toBe(true);
    expect(await text('.part')).toBe('whole');
  });

  test('replaces a link itself, not what it leads to, where it is told to', async () => {
    await writeFile(at('mine'), 'mine');
    await symlink(at('mine'), at('a.txt'));
    await publishFile(disk, at('.part'), at('a.txt'), 'overwrite');
    expect([await text('mine'), await text('a.txt')]).toEqual(['mine', 'whole']);
  });

  test('replaces in one step where it is told to', async () => {
    await writeFile(at('a.txt'), 'mine');
    await publishFile(disk, at('.part'), at('a.txt'), 'overwrite');
    expect(await text('a.txt')).toBe('whole');
    expect(await names()).toEqual(['a.txt']);
  });

  test('never replaces a folder', async () => {
    await mkdir(at('a.txt'));
    for (const ifExists of ['refuse', 'overwrite'] as const) {
      await expect(publishFile(disk, at('.part'), at('a.txt'), ifExists)).rejects.toMatchObject({ code: 'exists' });
    }
  });
});

describe('a file published', () => {
  test('where a crash had left both names is done', async () => {
    await writeFile(at('.part'), 'whole');
    await nodeDisk.link(at('.part'), at('a.txt'));
    expect(await publishFile(nodeDisk, at('.part'), at('a.txt'), 'refuse')).toBe(at('a.txt'));
    expect(await names()).toEqual(['a.txt']);
  });

  test('without links leaves no empty file where the rename fails', async () => {
    await writeFile(at('.part'), 'whole');
    const disk: Disk = { ...withoutLinks, rename: refuse('EIO') };
    await expect(publishFile(disk, at('.part'), at('a.txt'), 'refuse')).rejects.toMatchObject({ code: 'EIO' });
    expect(await names()).toEqual(['.part']);
  });

  test('has its name synced before the end', async () => {
    await writeFile(at('.part'), 'whole');
    const disk: Disk = { ...nodeDisk, syncFolder: refuse('EIO') };
    await expect(publishFile(disk, at('.part'), at('a.txt'), 'refuse')).rejects.toMatchObject({ code: 'EIO' });
  });
});

describe('a folder published', () => {
  beforeEach(async () => {
    await mkdir(at('.parts'));
    await writeFile(at('.parts/f'), 'whole');
  });
  const publish = (ifExists: 'refuse' | 'rename' | 'overwrite', disk: Disk = nodeDisk): Promise<string> =>
    publishFolder(disk, at('.parts'), at('a.d'), at('.old'), ifExists);

  test('takes a free name', async () => {
    expect(await publish('refuse')).toBe(at('a.d'));
    expect(await names()).toEqual(['a.d']);
    expect(await text('a.d/f')).toBe('whole');
  });

  test('replaces nothing that was there', async () => {
    await mkdir(at('a.d'));
    await expect(publish('refuse')).rejects.toMatchObject({ code: 'exists' });
    expect(await names()).toEqual(['.parts', 'a.d']);
  });

  test.each(['file', 'full folder'])('does not replace a %s that comes up at the last moment', async (what) => {
    const disk: Disk = {
      ...nodeDisk,
      async rename(from, to) {
        if (what === 'file') await writeFile(to, 'mine');
        else await mkdir(to).then(() => writeFile(join(to, 'f'), 'mine'));
        return nodeDisk.rename(from, to);
      },
    };
    await expect(publish('refuse', disk)).rejects.toMatchObject({ code: 'exists' });
    expect(await text(what === 'file' ? 'a.d' : 'a.d/f')).toBe('mine');
  });

  test('takes the next free number', async () => {
    await mkdir(at('a.d'));
    expect(await publish('rename')).toBe(at('a.d (2)'));
  });

  test('replaces a folder with all that is in it where it is told to', async () => {
    await mkdir(at('a.d'));
    await writeFile(at('a.d/mine'), 'mine');
    await publish('overwrite');
    expect(await names()).toEqual(['a.d']);
    expect(await readdir(at('a.d'))).toEqual(['f']);
  });

  test('puts the old folder back where it cannot take its place', async () => {
    await mkdir(at('a.d'));
    await writeFile(at('a.d/mine'), 'mine');
    const disk: Disk = {
      ...nodeDisk,
      rename: (from, to) => (from === at('.parts') ? refuse('EIO')() : nodeDisk.rename(from, to)),
    };
    await expect(publish('overwrite', disk)).rejects.toMatchObject({ code: 'EIO' });
    expect(await text('a.d/mine')).toBe('mine');
  });

  test('never replaces a file', async () => {
    await writeFile(at('a.d'), 'mine');
    await expect(publish('overwrite')).rejects.toMatchObject({ code: 'exists' });
    expect(await text('a.d')).toBe('mine');
  });
});
