import { open, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashContent } from '../../../../src/base/merkle.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import type { SharedFile } from '../../../../src/client/sharing/content/content.ts';
import { identityOf } from '../../../../src/client/sharing/disk/fileIdentity.ts';
import { spareChunks } from '../../../../src/client/sharing/limits.ts';
import { ChunkPool } from '../../../../src/client/sharing/serve/chunkPool.ts';
import { trueBytes } from '../../../../src/client/sharing/serve/trueBytes.ts';
import { temporaryFolder } from '../support.ts';

const content = Buffer.from(Array.from({ length: 3 * MiB + 17 }, (_, index) => (index * 13 + (index >> 11)) % 256));
let file: SharedFile;

beforeEach(async () => {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, content);
  const identity = identityOf(await stat(path, { bigint: true }));
  file = { path, size: content.length, ...hashContent(content), identity };
});

const quiet = { pool: new ChunkPool(), moved: () => {} };

describe('true bytes', () => {
  it('of any range are those of the file, in chunks that end at whole mebibytes', async () => {
    await using handle = await open(file.path);
    const edge = fc.constantFrom(0, 1, MiB - 1, MiB, MiB + 1, 2 * MiB, content.length - 1, content.length);
    const place = fc.oneof(edge, fc.integer({ min: 0, max: content.length }));
    await fc.assert(
      fc.asyncProperty(place, place, async (one, other) => {
        const [start, end] = [Math.min(one, other), Math.max(one, other)];
        let at = start;
        for await (const chunk of trueBytes(file, handle, { start, end }, quiet)) {
          expect(chunk.equals(content.subarray(at, at + chunk.length))).toBe(true);
          at += chunk.length;
          expect(at % MiB === 0 || at === end).toBe(true);
        }
        expect(at).toBe(end);
      }),
      { numRuns: 60 },
    );
  });

  it('stay in their memory until the next chunk is asked for, and one is read ahead', async () => {
    await using handle = await open(file.path);
    const chunks = trueBytes(file, handle, { start: 0, end: content.length }, quiet);
    const first = await chunks.next();
    await stat(file.path);
    expect(first.value?.equals(content.subarray(0, MiB))).toBe(true);
    await chunks.next();
    const third = await chunks.next();
    expect(third.value?.buffer).toBe(first.value?.buffer);
    await chunks.return();
  });

  it('that were let go of early leave their memory alone, since a socket may hold it', async () => {
    await using handle = await open(file.path);
    const pool = new ChunkPool();
    const chunks = trueBytes(file, handle, { start: 0, end: content.length }, { pool, moved: () => {} });
    const first = await chunks.next();
    await chunks.return();
    const taken = Array.from({ length: spareChunks }, () => pool.take(1).buffer);
    expect(taken).not.toContain(first.value?.buffer);
  });

  it('of a file that only moved are hashed, and told of once', async () => {
    await utimes(file.path, new Date(2020, 1, 1), new Date(2020, 1, 1));
    await using handle = await open(file.path);
    let moved = 0;
    const options = { pool: new ChunkPool(), moved: () => (moved += 1) };
    let at = 5;
    for await (const chunk of trueBytes(file, handle, { start: 5, end: content.length }, options)) {
      expect(chunk.equals(content.subarray(at, at + chunk.length))).toBe(true);
      at += chunk.length;
    }
    expect([at, moved]).toEqual([content.length, 1]);
  });
});
