import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolders } from '../../src/base/makeFolders.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rollcall-folders-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const mode = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test('a folder is made with all that are missing above it, and made again without a word', async () => {
  const path = join(root, 'a', 'b', 'c');
  for (let time = 0; time < 2; time++) {
    await makeFolders(path, 0o700);
    expect((await stat(path)).isDirectory()).toBe(true);
  }
  if (process.platform !== 'win32') expect([await mode(join(root, 'a')), await mode(path)]).toEqual([0o700, 0o700]);
});

test('several who make the same folder at once all have it', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, at) => makeFolders(join(root, 'a/b/c/d', String(at % 2)))));
  expect(existsSync(join(root, 'a/b/c/d/1'))).toBe(true);
});

test('a folder is made behind a link to one', async () => {
  await makeFolders(join(root, 'real'));
  await symlink(join(root, 'real'), join(root, 'link'), 'junction');
  await makeFolders(join(root, 'link', 'a'));
  expect(existsSync(join(root, 'real', 'a'))).toBe(true);
});

test.each(['file', 'file/below', 'file/far/below'])('what is in the way of %s is named', async (path) => {
  await writeFile(join(root, 'file'), '');
  await expect(makeFolders(join(root, path))).rejects.toMatchObject({
    code: 'usage',
    message: `'${join(root, 'file')}' is there, and is no folder`,
  });
});

test('a name that the file system does not take is an error of usage', async () => {
  await expect(makeFolders(join(root, 'x'.repeat(300)))).rejects.toMatchObject({ code: 'usage' });
});

test('where the system lets nobody make anything, that is told at once', async (context) => {
  if (process.platform !== 'linux') return context.skip('only Linux has such a place');
  await expect(makeFolders('/proc/x/y')).rejects.toMatchObject({
    code: 'usage',
    message: "the system lets nobody make anything in '/proc'",
  });
});
