import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../../../../src/base/layout.ts';
import { KiB, MiB } from '../../../../src/base/sizes.ts';
import { assemble, type Give } from '../../../../src/client/download/write/assemble.ts';
import { Buffers } from '../../../../src/client/download/write/buffers.ts';
import { parcelBytes, parcelFiles, spareBytes } from '../../../../src/client/download/write/limits.ts';
import { type Parcel, parcelsOf } from '../../../../src/client/download/write/parcels.ts';
import { bytesOf } from '../scene.ts';

const size = 3 * MiB + 100;
const content = bytesOf(size);
const file = layoutOf([size]);

const ofFile = (give: Give) => ({ layout: file, small: false, buffers: new Buffers(), give });

describe('assembling', () => {
  test('makes the same pieces of any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 2 * MiB }), { minLength: 1, maxLength: 8 }),
        async (lengths) => {
          const pieces: [number, Buffer][] = [];
          const { take } = assemble(
            { first: 1, count: 3 },
            ofFile(({ first }, piece) => void pieces.push([first, Buffer.from(piece)])),
          );
          for (let at = MiB, turn = 0; at < size; turn++) {
            const length = lengths[turn % lengths.length] ?? 1;
            await take(content.subarray(at, at + length));
            at += length;
          }
          expect(pieces.map(([piece]) => piece)).toEqual([1, 2, 3]);
          expect(Buffer.concat(pieces.map(([, piece]) => piece)).equals(content.subarray(MiB))).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('takes nothing of a chunk beyond a piece that holds the flow, until it is let go', async () => {
    const given: number[] = [];
    let letGo = (): void => {};
    const { take } = assemble(
      { first: 0, count: 3 },
      ofFile(({ first }) => {
        given.push(first);
        return new Promise<void>((resolve) => {
          letGo = resolve;
        });
      }),
    );
    const hold = take(content.subarray(0, 2 * MiB));
    expect(given).toEqual([0]);
    letGo();
    await new Promise(setImmediate);
    expect(given).toEqual([0, 1]);
    letGo();
    await hold;
  });

  test('takes nothing any more once it has ended, even of a chunk that was held', async () => {
    const given: number[] = [];
    let letGo = (): void => {};
    const { take, end } = assemble(
      { first: 0, count: 3 },
      ofFile(({ first }) => {
        given.push(first);
        return new Promise<void>((resolve) => {
          letGo = resolve;
        });
      }),
    );
    const hold = take(content.subarray(0, 2 * MiB));
    await end();
    letGo();
    await hold;
    expect(given).toEqual([0]);
  });

  test('refuses bytes beyond the run', () => {
    const { take } = assemble(
      { first: 3, count: 1 },
      ofFile(() => {}),
    );
    expect(() => take(content.subarray(0, 101))).toThrow(RangeError);
  });

  test('gives the small files that came whole when it ends in the middle, and nothing of the one that did not', () => {
    const given: [Parcel, number][] = [];
    const layout = layoutOf([10, 0, 20, 30]);
    const { take, end } = assemble(
      { first: 0, count: 3 },
      { layout, small: true, buffers: new Buffers(), give: (parcel, { length }) => void given.push([parcel, length]) },
    );
    void take(content.subarray(0, 59));
    expect(given).toEqual([]);
    void end();
    expect(given).toEqual([[{ first: 0, count: 2, length: 30, piece: undefined }, 30]]);
  });
});

describe('parcels', () => {
  const sizes = fc.array(fc.oneof(fc.nat(3000), fc.integer({ min: 900 * KiB, max: 3 * MiB })), { minLength: 1 });

  test('cover a run in order, and none is larger than a piece or has more files than are allowed', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (files, from, to) => {
        const layout = layoutOf(files);
        fc.pre(layout.count > 0);
        const first = from % layout.count;
        const run = { first, count: 1 + (to % (layout.count - first)) };
        let next = first;
        for (const parcel of parcelsOf(layout, run, true)) {
          expect(parcel.first).toBe(next);
          next += parcel.count;
          expect(parcel.count).toBeLessThanOrEqual(parcelFiles);
          expect(parcel.length).toBeLessThanOrEqual(parcelBytes);
          const places = Array.from({ length: parcel.count }, (_, at) => layout.place(parcel.first + at));
          expect(parcel.length).toBe(places.reduce((sum, { length }) => sum + length, 0));
          const isLarge = layout.ofFile(places[0]?.file ?? 0).count > 1;
          expect(parcel.piece !== undefined).toBe(isLarge);
        }
        expect(next).toBe(run.first + run.count);
      }),
    );
  });

  test('hold as many files of 4 KiB as a piece has bytes', () => {
    const layout = layoutOf(Array.from({ length: 1000 }, () => 4 * KiB));
    const counts = [...parcelsOf(layout, { first: 0, count: 1000 }, true)].map(({ count }) => count);
    expect(counts).toEqual([256, 256, 256, 232]);
  });
});

describe('buffers', () => {
  test('give memory out again that is large enough', () => {
    const buffers = new Buffers();
    const first = buffers.take(10, 100);
    buffers.giveBack(first);
    expect(buffers.take(5, 101).buffer).not.toBe(first.buffer);
    const again = buffers.take(50, 100);
    expect(again.buffer).toBe(first.buffer);
    expect(again.length).toBe(50);
  });

  test('keep no more than is worth keeping', () => {
    const buffers = new Buffers();
    const [one, two] = [buffers.take(1, spareBytes), buffers.take(1, 1)];
    buffers.giveBack(one);
    buffers.giveBack(two);
    expect(buffers.take(1, 1).buffer).toBe(one.buffer);
    expect(buffers.take(1, 1).buffer).not.toBe(two.buffer);
  });
});
