import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashBytes, hashContent, pieceBytes } from '../../../src/base/merkle.ts';
import { type Hasher, inlineHasher } from '../../../src/client/hashing/hasher.ts';

/** The pool starts threads from compiled code, so it is the compiled pool that is tested. */
const { hasherPool } = (await import(`${process.cwd()}/dist/client/hashing/pool.js`)) as {
  hasherPool(threads?: number): Hasher;
};

const size = 2 ** 21 + 12_345;
const content = Uint8Array.from({ length: size }, (_, index) => (index * 7 + (index >> 9)) & 0xff);
const { layer } = hashContent(content);

describe.each([
  ['inline', () => inlineHasher],
  ['on a pool of one thread', () => hasherPool(1)],
  ['on a pool of three threads', () => hasherPool(3)],
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

it('a pool that was closed takes no more work', async () => {
  const pool = hasherPool(1);
  await pool[Symbol.asyncDispose]();
  await expect(pool.hashPieces(0, 1, 0, 1)).rejects.toMatchObject({ code: 'interrupted' });
});
