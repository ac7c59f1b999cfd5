import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { layoutOf, runBytes } from '../../../../src/base/layout.ts';
import { relativePath } from '../../../../src/base/names.ts';
import { KiB, MiB } from '../../../../src/base/sizes.ts';
import { fileHome, folderHome } from '../../../../src/client/download/disk/home.ts';
import { nodeDisk } from '../../../../src/client/download/disk/nodeDisk.ts';
import { Batches } from '../../../../src/client/download/journal/batches.ts';
import { writingBytes } from '../../../../src/client/download/limits.ts';
import { Pieces } from '../../../../src/client/download/plan/pieces.ts';
import type { Writer } from '../../../../src/client/download/ports.ts';
import { Buffers } from '../../../../src/client/download/write/buffers.ts';
import { ContentTarget } from '../../../../src/client/download/write/contentTarget.ts';
import type { Verdicts } from '../../../../src/client/download/write/target.ts';
import { filesOf } from '../../../../src/client/download/write/wantedContent.ts';
import { inlineHasher } from '../../../../src/client/hashing/hasher.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { served } from '../../../support/fakePeer.ts';
import { bytesOf } from '../scene.ts';

/** Where a sync costs nothing, if there is such a place. */
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

interface Stage extends AsyncDisposable {
  target: ContentTarget;
  stream: Buffer;
  recorded: number[];
  batches: Batches;
}

const paths = (count: number): string[] => Array.from({ length: count }, (_, at) => `d${at % 3}/f${at}`);

/** A folder of files of those sizes, or a file on its own. */
async function stage(sizes: readonly number[], writer: Writer = inlineHasher): Promise<Stage> {
  const folder = await mkdtemp(join(memory, 'rollcall-target-'));
  const contents = sizes.map((size, at) => bytesOf(size, at + 1));
  const hashed = contents.map((bytes) => ({ bytes, ...served(bytes) }));
  const listing = {
    files: hashed.map(({ id, size }, at) => ({ path: relativePath(paths(sizes.length)[at] ?? ''), size, id })),
    emptyFolders: [],
  };
  const layout = layoutOf(sizes);
  const recorded: number[] = [];
  const batches = new Batches({
    clock: new FakeClock(),
    batchBytes: 64 * MiB,
    async record(runs) {
      for (const { first, count } of runs) for (let at = 0; at < count; at++) recorded.push(first + at);
    },
  });
  const layers = new Map(hashed.map(({ layer }, at) => [at, layer]));
  const [only] = hashed;
  const isFile = sizes.length === 1 && only !== undefined;
  if (isFile) await (await open(join(folder, 'part'), 'wx')).close();
  const target = new ContentTarget({
    content: isFile
      ? { id: only.id, kind: 'file', layout, files: [only] }
      : {
          id: served(new Uint8Array()).id,
          kind: 'folder',
          layout,
          files: filesOf(listing, layers),
          paths: paths(sizes.length),
        },
    pieces: new Pieces(layout),
    home: isFile ? fileHome(nodeDisk, join(folder, 'part'), only.size) : await folderHome(nodeDisk, folder, listing),
    disk: nodeDisk,
    writer,
    buffers: new Buffers(),
    batches,
  });
  return {
    target,
    stream: Buffer.concat(contents),
    recorded,
    batches,
    async [Symbol.asyncDispose]() {
      await target.endWriting();
      await batches.close();
      await target.close();
      await rm(folder, { recursive: true });
    },
  };
}

function verdicts(): Verdicts & { good: number[]; wrong: number[]; bytes: number } {
  const told = {
    good: [] as number[],
    wrong: [] as number[],
    bytes: 0,
    verified(piece: number, bytes: number) {
      told.good.push(piece);
      told.bytes += bytes;
    },
    bad: (piece: number) => void told.wrong.push(piece),
  };
  return told;
}

describe('a target', () => {
  const sizes = fc.array(fc.oneof(fc.nat(5000), fc.integer({ min: MiB - 5, max: 2 * MiB + 5 })), {
    minLength: 1,
    maxLength: 12,
  });

  test('has every piece of any runs in any order, told of once each, and gives the same stream', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.infiniteStream(fc.integer({ min: 1, max: 700_000 })), async (files, cuts) => {
        await using s = await stage(files);
        const { target, stream } = s;
        const told = verdicts();
        const runs: { first: number; count: number }[] = [];
        for (let first = 0; first < target.layout.count; ) {
          const count = Math.min(1 + ((cuts.next().value ?? 1) % 5), target.layout.count - first);
          runs.unshift({ first, count });
          first += count;
        }
        const pour = async (run: { first: number; count: number }): Promise<void> => {
          const { start, end } = runBytes(target.layout, run);
          const sink = target.open(run, told);
          for (let at = start; at < end; ) {
            const length = Math.min(cuts.next().value ?? 1, end - at);
            await sink.take(stream.subarray(at, at + length));
            at += length;
          }
          await sink.settle();
        };
        await Promise.all(runs.map(pour));
        expect(target.whole).toBe(true);
        expect(told.good.sort((a, b) => a - b)).toEqual(Array.from({ length: target.layout.count }, (_, at) => at));
        expect(told.bytes).toBe(stream.length);
        expect(told.wrong).toEqual([]);
        await s.batches.flush();
        expect(s.recorded.sort((a, b) => a - b)).toEqual(told.good);
        const read = Buffer.alloc(stream.length);
        await target.read(read, 0);
        expect(read.equals(stream)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test.each([[[2 * MiB + 5]], [[10, 20, 30, 2 * MiB]]])('of %j refuses just the piece that is wrong', async (files) => {
    await using s = await stage(files);
    const { target, stream } = s;
    const told = verdicts();
    const lie = Buffer.from(stream);
    lie[files.length === 1 ? MiB : 15] = 0x55 ^ (lie[files.length === 1 ? MiB : 15] ?? 0);
    const sink = target.open({ first: 0, count: target.layout.count }, told);
    await sink.take(lie);
    await sink.settle();
    expect(told.wrong).toEqual([1]);
    expect(target.has(1)).toBe(false);
    expect(told.good).toHaveLength(target.layout.count - 1);
  });

  test('tells of a piece that was here already with no bytes, and records it once', async () => {
    await using s = await stage([10, 2 * MiB]);
    const { target, stream } = s;
    const told = verdicts();
    const added: number[] = [];
    using _watching = target.watch((piece) => void added.push(piece));
    const sinks = [1, 2].map(() => target.open({ first: 0, count: 3 }, told));
    for (const sink of sinks) await sink.take(stream);
    for (const sink of sinks) await sink.settle();
    expect(told.good).toHaveLength(6);
    expect(told.bytes).toBe(stream.length);
    expect(added.sort()).toEqual([0, 1, 2]);
    await s.batches.flush();
    expect(s.recorded.sort()).toEqual([0, 1, 2]);
  });

  test('holds the flow of all who give once 32 MiB are on their way, and lets it go on', async () => {
    const waiting: (() => void)[] = [];
    let held = true;
    const slow: Writer = {
      ...inlineHasher,
      async writeVerified(...args) {
        if (held) await new Promise<void>((resolve) => waiting.push(resolve));
        return inlineHasher.writeVerified(...args);
      },
    };
    await using s = await stage([48 * MiB], slow);
    const { target, stream } = s;
    const told = verdicts();
    const pour = async (first: number): Promise<void> => {
      const sink = target.open({ first, count: 24 }, told);
      for (let at = 0; at < 24; at++) await sink.take(stream.subarray((first + at) * MiB, (first + at + 1) * MiB));
      await sink.settle();
    };
    const pouring = [pour(0), pour(24)];
    const most = writingBytes / MiB + 1;
    await vi.waitFor(() => expect(waiting.length).toBeGreaterThanOrEqual(most), { timeout: 10_000 });
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    const atOnce = waiting.length;
    held = false;
    for (const goOn of waiting.splice(0)) goOn();
    await Promise.all(pouring);
    expect(atOnce).toBe(most);
    expect(told.good).toHaveLength(48);
  });

  test('passes a failure of the disk on to everybody who gives, and to who waits for the end', async () => {
    const full: Writer = {
      ...inlineHasher,
      writeVerified: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
    };
    await using s = await stage([3 * MiB], full);
    const [one, two] = [
      s.target.open({ first: 0, count: 1 }, verdicts()),
      s.target.open({ first: 1, count: 2 }, verdicts()),
    ];
    await one.take(s.stream.subarray(0, MiB));
    await expect(one.settle()).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(() => two.take(s.stream.subarray(MiB))).toThrow('full');
  });

  test('of many files reads any stretch with few descriptors', async () => {
    await using s = await stage(Array.from({ length: 300 }, (_, at) => 1 + at));
    const sink = s.target.open({ first: 0, count: 300 }, verdicts());
    await sink.take(s.stream);
    await sink.settle();
    const part = Buffer.alloc(20 * KiB);
    await s.target.read(part, 777);
    expect(part.equals(s.stream.subarray(777, 777 + part.length))).toBe(true);
  });
});
