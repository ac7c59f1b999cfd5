import { closeSync, readdirSync, readSync } from 'node:fs';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FolderAtHand, folderByPath, folderByProc } from '../../../../src/client/sharing/disk/folderAtHand.ts';
import { temporaryFolder } from '../support.ts';

const linux = process.platform === 'linux';
const ways: [string, () => FolderAtHand][] = [['by path', folderByPath]];
if (linux) ways.push(['through /proc', folderByProc]);
let root: string;

beforeEach(async () => {
  root = await temporaryFolder();
  for (const folder of ['a/b/c', 'a/d', 'e']) await mkdir(join(root, folder), { recursive: true });
  for (const file of ['a/b/c/1', 'a/b/c/2', 'a/b/3', 'a/d/4', 'e/5', '6']) await writeFile(join(root, file), file);
});

describe.each(ways)('the folder at hand, %s', (_, make) => {
  const read = (folder: FolderAtHand, path: string): string => {
    const descriptor = folder.open(join(root, path));
    try {
      const bytes = Buffer.alloc(20);
      return bytes.subarray(0, readSync(descriptor, bytes)).toString();
    } finally {
      closeSync(descriptor);
    }
  };

  it('opens files here and there, and tells of them', () => {
    using folder = make();
    for (const path of ['a/b/c/1', 'a/b/c/2', 'a/b/3', 'a/d/4', 'e/5', '6', 'a/b/c/1']) {
      expect(read(folder, path)).toBe(path);
      expect(folder.stat(join(root, path)).size).toBe(BigInt(path.length));
    }
  });

  it('fails for what is not there, and goes on', () => {
    using folder = make();
    expect(() => read(folder, 'a/b/none')).toThrow(/ENOENT/);
    expect(() => read(folder, 'a/none/1')).toThrow(/ENOENT/);
    expect(() => read(folder, 'a/b/3/x')).toThrow();
    expect(read(folder, 'a/b/c/1')).toBe('a/b/c/1');
  });

  it.runIf(process.platform !== 'win32')('follows no link, be it the file or a folder on the way', async () => {
    await symlink('3', join(root, 'a/b/link'));
    await rename(join(root, 'e'), join(root, 'real'));
    await symlink('real', join(root, 'e'));
    using folder = make();
    expect(() => read(folder, 'a/b/link')).toThrow();
    expect(() => read(folder, 'e/5')).toThrow();
    expect(folder.stat(join(root, 'a/b/link')).isSymbolicLink()).toBe(true);
  });

  it.runIf(linux)('leaves no descriptor open', () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    const folder = make();
    read(folder, 'a/b/c/1');
    read(folder, 'a/d/4');
    expect(() => read(folder, 'none/none')).toThrow();
    folder[Symbol.dispose]();
    expect(open()).toBe(before);
  });
});

describe.runIf(linux)('through /proc', () => {
  it('stays in a folder that is moved away meanwhile', async () => {
    using folder = folderByProc();
    closeSync(folder.open(join(root, 'a/b/c/1')));
    await rename(join(root, 'a'), join(root, 'moved'));
    closeSync(folder.open(join(root, 'a/b/c/2')));
  });
});
