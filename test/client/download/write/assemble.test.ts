import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MiB } from '../../../../src/base/sizes.ts';
import { assemble } from '../../../../src/client/download/write/assemble.ts';
import { Buffers } from '../../../../src/client/download/write/buffers.ts';
import { bytesOf } from '../scene.ts';

describe('assemble', () => {
  const size = 3 * MiB + 100;
  const content = bytesOf(size);

  test('makes the same pieces of any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 2 * MiB }), { minLength: 1, maxLength: 8 }),
        async (lengths) => {
          const pieces: [number, Buffer][] = [];
          const sink = assemble(size, { first: 1, count: 3 }, new Buffers(), (index, piece) => {
            pieces.push([index, Buffer.from(piece)]);
          });
          for (let at = MiB, turn = 0; at < size; turn++) {
            const length = lengths[turn % lengths.length] ?? 1;
            await sink(content.subarray(at, at + length));
            at += length;
          }
          expect(pieces.map(([index]) => index)).toEqual([1, 2, 3]);
          expect(Buffer.concat(pieces.map(([, piece]) => piece)).equals(content.subarray(MiB))).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('takes nothing of a chunk beyond a piece that holds the flow, until it is let go', async () => {
    const given: number[] = [];
    let letGo = (): void => {};
    const sink = assemble(size, { first: 0, count: 3 }, new Buffers(), (index) => {
      given.push(index);
      return new Promise<void>((resolve) => {
        letGo = resolve;
      });
    });
    const hold = sink(content.subarray(0, 2 * MiB));
    expect(given).toEqual([0]);
    letGo();
    await new Promise(setImmediate);
    expect(given).toEqual([0, 1]);
    letGo();
    await hold;
  });

  test('refuses bytes beyond the run', () => {
    const sink = assemble(size, { first: 3, count: 1 }, new Buffers(), () => {});
    expect(() => sink(content.subarray(0, 101))).toThrow(RangeError);
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
});
