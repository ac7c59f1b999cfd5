import { execFileSync } from 'node:child_process';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { HoldFolder } from '../../../../src/client/sharing/disk/heldFolder.ts';
import { holdFolder, openFile } from '../../../../src/client/sharing/disk/openFile.ts';
import { holdByPath } from '../../../../src/client/sharing/disk/pathFolder.ts';
import { temporaryFolder } from '../support.ts';

const ways: [string, HoldFolder][] = [
  ['the way of this system', holdFolder],
  ['the way of systems without /proc', holdByPath],
];

let folder: string;
let outside: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  outside = await temporaryFolder();
  await mkdir(join(folder, 'inner'));
  await writeFile(join(folder, 'inner', 'file'), 'shared');
  await writeFile(join(outside, 'file'), 'secret');
});

async function read(path: string, hold: HoldFolder): Promise<string> {
  await using file = await openFile(path, hold);
  return (await file.readFile()).toString();
}

describe.each(ways)('%s', (_, hold) => {
  it('opens a regular file', async () => {
    expect(await read(join(folder, 'inner', 'file'), hold)).toBe('shared');
  });

  it('follows no link to a file', async () => {
    await symlink(join(outside, 'file'), join(folder, 'inner', 'link'));
    await expect(read(join(folder, 'inner', 'link'), hold)).rejects.toThrow(/symbolic link/);
  });

  it('follows no link to a folder, not even one that leads to itself', async () => {
    await symlink(outside, join(folder, 'link'));
    await symlink('.', join(folder, 'loop'));
    await expect(read(join(folder, 'link', 'file'), hold)).rejects.toThrow();
    await expect(read(join(folder, 'loop', 'inner', 'file'), hold)).rejects.toThrow();
  });

  it.runIf(process.platform !== 'win32')('opens no FIFO, and does not hang on one', async () => {
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    await expect(read(join(folder, 'fifo'), hold)).rejects.toThrow(/a FIFO/);
  });

  it.runIf(process.platform !== 'win32')('opens no socket and no device', async () => {
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
    await expect(read(join(folder, 'socket'), hold)).rejects.toThrow(/a socket/);
    await expect(read('/dev/null', hold)).rejects.toThrow(/a device/);
  });

  it('opens no folder and no file below a file', async () => {
    await expect(read(join(folder, 'inner'), hold)).rejects.toThrow(/a folder/);
    await expect(read(join(folder, 'inner', 'file', 'x'), hold)).rejects.toThrow();
  });

  it('says where nothing is', async () => {
    await expect(read(join(folder, 'missing'), hold)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('lists what is in a folder that it holds, and enters no link from there', async () => {
    await symlink(outside, join(folder, 'link'));
    await using held = await hold(folder);
    expect((await held.names()).sort()).toEqual(['inner', 'link']);
    expect((await held.stat('link')).isSymbolicLink()).toBe(true);
    await expect(held.enter('link')).rejects.toThrow();
  });
});

it.runIf(process.platform === 'linux')('a folder that is held stays the same when another takes its path', async () => {
  await using held = await holdFolder(join(folder, 'inner'));
  await rename(join(folder, 'inner'), join(folder, 'moved'));
  await symlink(outside, join(folder, 'inner'));
  await using file = await held.open('file');
  expect((await file.readFile()).toString()).toBe('shared');
});

it.runIf(process.platform === 'linux')('never opens what a link leads to, however it is swapped in', async () => {
  const [inner, parked, link] = [join(folder, 'inner'), join(folder, 'parked'), join(folder, 'link')];
  await symlink(outside, link);
  let swapping = true;
  const swap = async (): Promise<void> => {
    while (swapping) {
      await rename(inner, parked);
      await rename(link, inner);
      await rename(inner, link);
      await rename(parked, inner);
    }
  };
  const swaps = swap();
  let [opened, refused] = [0, 0];
  for (let round = 0; round < 3000; round++) {
    const got = await read(join(inner, 'file'), holdFolder).catch(() => undefined);
    if (got === undefined) refused += 1;
    else opened += 1;
    expect(got ?? 'shared').toBe('shared');
  }
  swapping = false;
  await swaps;
  expect(opened).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
});
