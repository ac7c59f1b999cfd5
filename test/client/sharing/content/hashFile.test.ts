import { type FileHandle, open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { hashContent } from '../../../../src/base/merkle.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import { inlineHasher } from '../../../../src/client/hashing/hasher.ts';
import { hashFile, type PieceHasher } from '../../../../src/client/sharing/content/hashFile.ts';
import { hashTries } from '../../../../src/client/sharing/limits.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { temporaryFolder, winding } from '../support.ts';

let path: string;
let clock: FakeClock;
const signal = new AbortController().signal;

beforeEach(async () => {
  path = join(await temporaryFolder(), 'file');
  clock = new FakeClock();
});

async function opened(content: Uint8Array | string): Promise<FileHandle> {
  await writeFile(path, content);
  const file = await open(path);
  onTestFinished(() => file.close());
  return file;
}

/** Does something each time that it was asked. */
const hasherThat = (act: (asked: number) => Promise<void>): PieceHasher => {
  let asked = 0;
  return {
    async hashPieces(...job) {
      const layer = await inlineHasher.hashPieces(...job);
      await act(++asked);
      return layer;
    },
  };
};

describe('hashing a file', () => {
  it.each([0, 1, 16_384, MiB, MiB + 1, 40 * MiB + 5])(
    'of %i bytes gives its id, its layer and its progress',
    async (size) => {
      const content = Buffer.alloc(size, 'rollcall');
      const told: number[] = [];
      const file = await opened(content);
      const hashed = await hashFile(file, {
        hasher: inlineHasher,
        clock,
        signal,
        onProgress: (bytes) => told.push(bytes),
      });
      expect(hashed.id).toBe(hashContent(content).id);
      expect(Buffer.from(hashed.layer).equals(hashContent(content).layer)).toBe(true);
      expect(hashed.identity.size).toBe(size);
      expect(told.at(-1) ?? 0).toBe(size);
      expect(told).toEqual([...told].sort((a, b) => a - b));
    },
  );

  it('asks for several parts at once', async () => {
    let [now, most] = [0, 0];
    const hasher: PieceHasher = {
      async hashPieces(_file, _size, _first, count) {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        return new Uint8Array(count * 32);
      },
    };
    const file = await opened('');
    await truncate(path, 200 * MiB);
    await hashFile(file, { hasher, clock, signal });
    expect(most).toBe(8);
  });

  it.each([
    ['becomes longer', 2 * MiB + 10],
    ['becomes shorter', 10],
  ])('starts over where the file %s meanwhile', async (_, size) => {
    const file = await opened(Buffer.alloc(2 * MiB, 1));
    const hasher = hasherThat(async (asked) => (asked === 1 ? await truncate(path, size) : undefined));
    const hashing = hashFile(file, { hasher, clock, signal });
    expect((await winding(clock, hashing)).identity.size).toBe(size);
  });

  it('gives up on a file that keeps changing', async () => {
    const file = await opened('');
    let size = 1;
    const tries: number[] = [];
    const hasher = hasherThat(async (asked) => {
      tries.push(asked);
      await truncate(path, ++size);
    });
    await truncate(path, 1);
    const hashing = winding(clock, hashFile(file, { hasher, clock, signal }));
    await expect(hashing).rejects.toMatchObject({ code: 'changed' });
    expect(tries.length).toBe(hashTries);
  });

  it('waits until a change could not hide in the grain of the clock', async () => {
    const file = await opened('young');
    const { mtimeMs } = await file.stat();
    clock.jumpWall(Math.ceil(mtimeMs) + 10 - clock.wall());
    const asked: number[] = [];
    const hasher = hasherThat(async (count) => void asked.push(count));
    const hashing = hashFile(file, { hasher, clock, signal });
    for (let turn = 0; turn < 5; turn++) await clock.wind(1);
    expect(asked).toEqual([]);
    expect((await winding(clock, hashing)).identity.size).toBe(5);
  });

  it('stops when it is told to, after what is under way', async () => {
    const stop = new AbortController();
    const file = await opened('');
    await truncate(path, 400 * MiB);
    let [running, asked] = [0, 0];
    const hasher: PieceHasher = {
      async hashPieces(_file, _size, _first, count) {
        running += 1;
        if (++asked === 4) stop.abort(new Error('enough'));
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return new Uint8Array(count * 32);
      },
    };
    await expect(hashFile(file, { hasher, clock, signal: stop.signal })).rejects.toThrow('enough');
    expect(running).toBe(0);
    expect(asked).toBeLessThan(16);
  });

  it("passes on a hasher's failure", async () => {
    const hasher: PieceHasher = {
      hashPieces: () => Promise.reject(Object.assign(new Error('broken'), { code: 'EIO' })),
    };
    await expect(hashFile(await opened('x'), { hasher, clock, signal })).rejects.toThrow('broken');
  });
});
