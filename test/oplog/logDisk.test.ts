import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLogDisk } from '../../src/oplog/logDisk.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-oplog-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('a file is made with its folder, for its owner alone', async () => {
  const path = join(folder, 'new', 'oplog.log');
  const disk = await openLogDisk(path);
  expect(disk.torn).toBe(false);
  expect(await disk.write(bytes('a\n'))).toBe(2);
  await disk.sync();
  await disk.close();
  expect(readFileSync(path, 'utf8')).toBe('a\n');
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
});

it.each([
  ['a\n', false],
  ['a\nb', true],
])('a file with %j is appended to, torn: %s', async (before, torn) => {
  const path = join(folder, 'oplog.log');
  writeFileSync(path, before);
  const disk = await openLogDisk(path);
  expect(disk.torn).toBe(torn);
  await disk.write(bytes('c\n'));
  await disk.close();
  expect(readFileSync(path, 'utf8')).toBe(`${before}c\n`);
});

it.skipIf(process.platform === 'win32')(
  'the last bytes are taken back, where others have cut the file too',
  async () => {
    const path = join(folder, 'oplog.log');
    const disk = await openLogDisk(path);
    await disk.write(bytes('one\ntwo\n'));
    await disk.takeBack(4);
    expect(readFileSync(path, 'utf8')).toBe('one\n');
    truncateSync(path, 0);
    await disk.takeBack(4);
    await disk.write(bytes('three\n'));
    await disk.close();
    expect(readFileSync(path, 'utf8')).toBe('three\n');
  },
);

it('a path that is a folder is refused, with what to do', async () => {
  mkdirSync(join(folder, 'oplog.log'));
  await expect(openLogDisk(join(folder, 'oplog.log'))).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/cannot be written .*name another with --log/),
  });
});
