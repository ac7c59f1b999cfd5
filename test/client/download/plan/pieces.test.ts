import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../../../../src/base/layout.ts';
import { GiB, KiB, MiB } from '../../../../src/base/sizes.ts';
import { Pieces } from '../../../../src/client/download/plan/pieces.ts';

describe('pieces', () => {
  test('of the empty file are all there', () => {
    const pieces = new Pieces(layoutOf([0]));
    expect(pieces.whole).toBe(true);
    expect(pieces.runs()).toEqual([]);
  });

  test('beyond 4 GiB are counted in bytes to the last one', () => {
    const layout = layoutOf([5 * GiB + 1]);
    const pieces = new Pieces(layout);
    pieces.addRun({ first: 0, count: layout.count - 1 });
    expect(pieces.missingBytes).toBe(1);
    expect(pieces.add(layout.count - 1)).toBe(1);
    expect(pieces.whole).toBe(true);
  });

  test('count once, however often they are added', () => {
    const pieces = new Pieces(layoutOf([3 * MiB]));
    expect(pieces.add(1)).toBe(MiB);
    expect(pieces.add(1)).toBe(0);
    expect(pieces.missingBytes).toBe(2 * MiB);
  });

  test('that are none of the content count nothing', () => {
    const pieces = new Pieces(layoutOf([3 * MiB]));
    expect(pieces.add(3)).toBe(0);
    pieces.addRun({ first: 2, count: 4_000_000_000 });
    expect(pieces.missingBytes).toBe(2 * MiB);
  });

  test('of a folder end in each file where the last one of it ends', () => {
    const pieces = new Pieces(layoutOf([10, 0, 2 * MiB + 5]));
    pieces.addRun({ first: 0, count: 3 });
    expect([0, 1, 2].map((file) => pieces.endIn(file))).toEqual([10, 0, 2 * MiB]);
  });
});

test('runs are the pieces that were added and not removed since', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 3 * MiB + KiB }), { minLength: 1, maxLength: 20 });
  const run = fc.record({ first: fc.nat(60), count: fc.nat(20), add: fc.boolean() });
  fc.assert(
    fc.property(sizes, fc.array(run), (files, said) => {
      const layout = layoutOf(files);
      const pieces = new Pieces(layout);
      const there = new Set<number>();
      for (const { add, ...one } of said) {
        if (add) pieces.addRun(one);
        else pieces.removeRun(one);
        for (let piece = one.first; piece < Math.min(layout.count, one.first + one.count); piece++) {
          if (add) there.add(piece);
          else there.delete(piece);
        }
      }
      const runs = pieces.runs();
      const listed = runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at));
      expect(listed).toEqual([...there].sort((a, b) => a - b));
      for (const [at, { first }] of runs.entries()) {
        const before = runs[at - 1];
        if (before !== undefined) expect(first).toBeGreaterThan(before.first + before.count);
      }
      const bytes = listed.reduce((sum, piece) => sum + layout.place(piece).length, 0);
      expect(pieces.missingBytes).toBe(layout.size - bytes);
    }),
  );
});
