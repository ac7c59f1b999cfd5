import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replaceFile } from '../../src/base/replaceFile.ts';

async function scene(): Promise<{ folder: string; path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-replace-'));
  const dispose = (): Promise<void> => rm(folder, { recursive: true });
  return { folder, path: join(folder, 'list.json'), [Symbol.asyncDispose]: dispose };
}

describe('replacing a file', () => {
  test('makes it where it is missing, for its owner only', async () => {
    await using s = await scene();
    await replaceFile(s.path, 'new');
    expect(await readFile(s.path, 'utf8')).toBe('new');
    expect((await stat(s.path)).mode & 0o777).toBe(0o600);
  });

  test('leaves nobody else a look at it, whoever could read the old one', async () => {
    await using s = await scene();
    await writeFile(s.path, 'old', { mode: 0o644 });
    await replaceFile(s.path, 'new');
    expect((await stat(s.path)).mode & 0o777).toBe(0o600);
    expect(await readdir(s.folder)).toEqual(['list.json']);
  });

  test('takes the place of a link, and leaves what that points to', async () => {
    await using s = await scene();
    const other = join(s.folder, 'other');
    await writeFile(other, 'mine');
    await symlink(other, s.path);
    await replaceFile(s.path, 'new');
    expect([await readFile(other, 'utf8'), await readFile(s.path, 'utf8')]).toEqual(['mine', 'new']);
  });

  test('leaves the old one and nothing beside it where it fails', async () => {
    await using s = await scene();
    await mkdir(s.path);
    await expect(replaceFile(s.path, 'new')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(s.folder)).toEqual(['list.json']);
    await expect(replaceFile(join(s.folder, 'no', 'list.json'), 'new')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('by several at once leaves one of them, whole', async () => {
    await using s = await scene();
    const texts = Array.from({ length: 8 }, (_, number) => String(number).repeat(100_000));
    await Promise.all(texts.map((text) => replaceFile(s.path, text)));
    expect(texts).toContain(await readFile(s.path, 'utf8'));
    expect(await readdir(s.folder)).toEqual(['list.json']);
  });
});
