import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashBytes, hashContent, pieceBytes } from '../../../src/base/merkle.ts';
import type { SmallFiles } from '../../../src/base/smallFiles.ts';
import { type Hasher, inlineHasher } from '../../../src/client/hashing/hasher.ts';
import { hasherPool } from '../../../src/client/hashing/pool.ts';

/** Threads start from the built program alone. */
const built = pathToFileURL(`${process.cwd()}/dist/worker.js`);
const poolOf = (threads: number): Hasher => hasherPool({ threads, program: built });

const size = 2 ** 21 + 12_345;
const content = Uint8Array.from({ length: size }, (_, index) => (index * 7 + (index >> 9)) & 0xff);
const { layer } = hashContent(content);

describe.each([
  ['inline', () => inlineHasher],
  ['on a pool of one thread', () => poolOf(1)],
  ['on a pool of three threads', () => poolOf(3)],
])('a hasher %s', (_, create) => {
  let folder: string;
  let hasher: Hasher;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rollcall-hasher-'));
    writeFileSync(join(folder, 'content'), content);
    hasher = create();
  });
  afterAll(async () => {
    await hasher[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it('gives each part of the piece layer, many at a time', async () => {
    const file = openSync(join(folder, 'content'), 'r');
    const parts = await Promise.all([0, 1, 2].map((piece) => hasher.hashPieces(file, size, piece, 1)));
    expect(Buffer.concat(parts)).toEqual(layer);
    expect(Buffer.from(await hasher.hashPieces(file, size, 0, 3))).toEqual(layer);
    closeSync(file);
  });

  it('says that a file which ends early has changed', async () => {
    const file = openSync(join(folder, 'content'), 'r');
    await expect(hasher.hashPieces(file, size + 1, 2, 1)).rejects.toMatchObject({ code: 'changed' });
    closeSync(file);
  });

  it('writes a piece to its place if it is the right one, and only then', async () => {
    const path = join(folder, 'written');
    const file = openSync(path, 'w+');
    const node = layer.subarray(2 * hashBytes, 3 * hashBytes);
    const piece = content.slice(2 * pieceBytes(size));
    const wrong = piece.slice();
    wrong[100] = (wrong[100] ?? 0) ^ 1;
    expect((await hasher.writeVerified(file, size, 2, wrong, node)).verified).toBe(false);
    expect(readFileSync(path)).toHaveLength(0);
    const { verified, piece: returned } = await hasher.writeVerified(file, size, 2, piece, node);
    expect(verified).toBe(true);
    expect(returned).toHaveLength(size - 2 * pieceBytes(size));
    expect(
      readFileSync(path)
        .subarray(2 * pieceBytes(size))
        .equals(content.subarray(2 * pieceBytes(size))),
    ).toBe(true);
    closeSync(file);
  });

  it("passes on the system's own code", async () => {
    const file = openSync(join(folder, 'content'), 'r');
    const piece = content.slice(0, pieceBytes(size));
    await expect(hasher.writeVerified(file, size, 0, piece, layer.subarray(0, hashBytes))).rejects.toMatchObject({
      code: 'EBADF',
    });
    closeSync(file);
  });
});

/** Small files, the second of which has two leaves. */
const small = [content.slice(0, 10), content.slice(100, 100 + 20_000), new Uint8Array(), content.slice(50, 53)];
const whole = (): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.concat(small));
const smallFiles = (root: string): SmallFiles => ({
  root,
  paths: ['a', 'sub/b', 'empty', 'c'],
  sizes: small.map(({ length }) => length),
  ids: new Uint8Array(Buffer.concat(small.map((bytes) => Buffer.from(hashContent(bytes).id, 'hex')))),
});

describe.each([
  ['inline', () => inlineHasher],
  ['on a pool of two threads', () => poolOf(2)],
])('a hasher %s, of small files,', (_, create) => {
  let root: string;
  let hasher: Hasher;
  beforeAll(() => {
    hasher = create();
    hasher.prepare();
  });
  afterAll(() => hasher[Symbol.asyncDispose]());
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rollcall-hasher-'));
    for (const folder of ['to', 'to/sub', 'from', 'from/sub']) mkdirSync(join(root, folder));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const at = (path: string): string => join(root, path);

  it('makes those that are right, and nothing of one that is not', async () => {
    const bytes = whole();
    bytes[15] = 1 ^ (bytes[15] ?? 0);
    const { verified, bytes: back } = await hasher.writeFiles(smallFiles(at('to')), bytes);
    expect(verified).toEqual([true, false, true, true]);
    expect(back.length).toBe(whole().length);
    expect(existsSync(at('to/sub/b'))).toBe(false);
    expect(readFileSync(at('to/a'))).toEqual(Buffer.from(small[0] ?? []));
    expect(readFileSync(at('to/c'))).toEqual(Buffer.from(small[3] ?? []));
    expect(readFileSync(at('to/empty'))).toHaveLength(0);
    expect(statSync(at('to/a')).mode & 0o777).toBe(0o666 & ~process.umask());
    await hasher.syncFiles(at('to'), ['a', 'c']);
  });

  it('cuts one that is there and longer, and follows no link', async () => {
    writeFileSync(at('to/a'), 'x'.repeat(100));
    await hasher.writeFiles(smallFiles(at('to')), whole());
    expect(readFileSync(at('to/a'))).toEqual(Buffer.from(small[0] ?? []));
    rmSync(at('to/a'));
    symlinkSync(at('outside'), at('to/a'));
    await expect(hasher.writeFiles(smallFiles(at('to')), whole())).rejects.toMatchObject({ code: 'ELOOP' });
    expect(existsSync(at('outside'))).toBe(false);
  });

  it('copies what is right under the same paths: no other size, no link, no folder', async () => {
    await hasher.writeFiles(smallFiles(at('from')), whole());
    expect(await hasher.copyFiles(smallFiles(at('to')), at('from'))).toEqual([true, true, true, true]);
    expect(readFileSync(at('to/sub/b'))).toEqual(Buffer.from(small[1] ?? []));
    rmSync(at('from/a'));
    symlinkSync(at('to/a'), at('from/a'));
    writeFileSync(at('from/sub/b'), new Uint8Array(20_000));
    rmSync(at('from/empty'));
    mkdirSync(at('from/empty'));
    writeFileSync(at('from/c'), 'four');
    expect(await hasher.copyFiles(smallFiles(at('to')), at('from'))).toEqual([false, false, false, false]);
  });

  it('writes again what is right in its place', async () => {
    await hasher.writeFiles(smallFiles(at('to')), whole());
    rmSync(at('to/c'));
    expect(await hasher.copyFiles(smallFiles(at('to')), at('to'))).toEqual([true, true, true, false]);
  });

  it("passes on the system's own code", async () => {
    rmSync(at('to/sub'), { recursive: true });
    await expect(hasher.writeFiles(smallFiles(at('to')), whole())).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(hasher.syncFiles(at('to'), ['nothing'])).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

it('a pool that was closed takes no more work', async () => {
  const pool = poolOf(1);
  await pool[Symbol.asyncDispose]();
  await expect(pool.hashPieces(0, 1, 0, 1)).rejects.toMatchObject({ code: 'interrupted' });
});
