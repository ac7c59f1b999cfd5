import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { hashContent } from '../../../../src/base/merkle.ts';
import type { SharedFile } from '../../../../src/client/sharing/content/content.ts';
import { idleFileMs, idleFiles } from '../../../../src/client/sharing/limits.ts';
import { OpenFiles } from '../../../../src/client/sharing/serve/openFiles.ts';
import { FakeClock, settle } from '../../../support/fakeClock.ts';
import { eventually, temporaryFolder } from '../support.ts';

let path: string;
let clock: FakeClock;
let opened: number;
let files: OpenFiles;

beforeEach(async () => {
  path = join(await temporaryFolder(), 'file');
  await writeFile(path, 'abc');
  clock = new FakeClock();
  opened = 0;
  files = new OpenFiles((file) => {
    opened += 1;
    return open(file);
  }, clock);
  onTestFinished(() => files[Symbol.asyncDispose]());
});

const shared = (): SharedFile => ({
  path,
  size: 3,
  ...hashContent(Buffer.from('abc')),
  identity: { device: 0n, inode: 0n, size: 3, mtimeNs: 0n, ctimeNs: 0n },
});

describe('an open file', () => {
  it('is opened once for all who borrow it, and for those who come soon after', async () => {
    const file = shared();
    const [one, other] = await Promise.all([files.borrow(file), files.borrow(file)]);
    one[Symbol.dispose]();
    other[Symbol.dispose]();
    await clock.wind(idleFileMs - 1);
    const later = await files.borrow(file);
    expect([opened, later.handle === one.handle]).toEqual([1, true]);
    await clock.wind(idleFileMs);
    later[Symbol.dispose]();
    (await files.borrow(file))[Symbol.dispose]();
    expect(opened).toBe(1);
  });

  it('is closed when nobody wants it for a while', async () => {
    const borrowed = await files.borrow(shared());
    await clock.wind(10 * idleFileMs);
    expect(files.count).toBe(1);
    borrowed[Symbol.dispose]();
    await clock.wind(idleFileMs - 1);
    expect(files.count).toBe(1);
    await clock.wind(1);
    await eventually(() => files.count === 0);
    expect([borrowed.handle.fd, clock.waiting]).toEqual([-1, 0]);
  });

  it('may be given back twice without harm', async () => {
    const file = shared();
    const [one, other] = await Promise.all([files.borrow(file), files.borrow(file)]);
    one[Symbol.dispose]();
    one[Symbol.dispose]();
    await clock.wind(10 * idleFileMs);
    expect([files.count, (await other.handle.stat()).size]).toEqual([1, 3]);
    other[Symbol.dispose]();
  });

  it('that is no longer shared is closed as soon as it is given back, and opened anew for others', async () => {
    const file = shared();
    const old = await files.borrow(file);
    files.forget(file);
    const fresh = await files.borrow(file);
    expect([opened, old.handle === fresh.handle, files.count]).toEqual([2, false, 2]);
    old[Symbol.dispose]();
    await eventually(() => files.count === 1);
    expect((await fresh.handle.stat()).size).toBe(3);
    fresh[Symbol.dispose]();
    files.forget(file);
    await eventually(() => files.count === 0);
  });

  it('is closed early where too many are idle, the longest idle first', async () => {
    const all = Array.from({ length: idleFiles + 3 }, shared);
    const borrowed = await Promise.all(all.map((file) => files.borrow(file)));
    for (const { [Symbol.dispose]: giveBack } of borrowed) giveBack();
    await eventually(() => files.count === idleFiles);
    expect(borrowed.slice(0, 4).map(({ handle }) => handle.fd === -1)).toEqual([true, true, true, false]);
  });

  it('that cannot be opened fails for all who want it, and is tried again for the next', async () => {
    const file = { ...shared(), path: `${path}.missing` };
    const tries = await Promise.allSettled([files.borrow(file), files.borrow(file)]);
    expect(tries.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([opened, files.count]).toEqual([1, 0]);
    await writeFile(file.path, 'abc');
    (await files.borrow(file))[Symbol.dispose]();
  });

  it('is closed at the end, borrowed or not', async () => {
    const [idle, used] = await Promise.all([files.borrow(shared()), files.borrow(shared())]);
    idle[Symbol.dispose]();
    await files[Symbol.asyncDispose]();
    used[Symbol.dispose]();
    await settle();
    expect([idle.handle.fd, used.handle.fd, files.count, clock.waiting]).toEqual([-1, -1, 0, 0]);
  });
});
