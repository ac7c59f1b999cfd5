import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pieceCount } from '../../../../src/base/merkle.ts';
import { GiB, MiB } from '../../../../src/base/sizes.ts';
import { nextRun, Pieces, runsOf } from '../../../../src/client/download/plan/pieces.ts';

const nobody = (): boolean => false;

describe('pieces', () => {
  test('of the empty file are all there', () => {
    const pieces = new Pieces(0);
    expect(pieces.whole).toBe(true);
    expect(nextRun(pieces, nobody)).toBeUndefined();
  });

  test('beyond 4 GiB are counted in bytes to the last one', () => {
    const size = 5 * GiB + 1;
    const pieces = new Pieces(size);
    pieces.addRun({ first: 0, count: pieces.count - 1 });
    expect(pieces.missingBytes).toBe(1);
    expect(nextRun(pieces, nobody)).toEqual({ first: pieces.count - 1, count: 1 });
    expect(pieces.add(pieces.count - 1)).toBe(1);
    expect(pieces.whole).toBe(true);
  });

  test('count once, however often they are added', () => {
    const pieces = new Pieces(3 * MiB);
    expect(pieces.add(1)).toBe(MiB);
    expect(pieces.add(1)).toBe(0);
    expect(pieces.missingBytes).toBe(2 * MiB);
  });

  test('that are none of the content count nothing', () => {
    const pieces = new Pieces(3 * MiB);
    expect(pieces.add(3)).toBe(0);
    expect(pieces.addRun({ first: 2, count: 4_000_000_000 })).toBe(MiB);
  });
});

describe('the next run', () => {
  test('is all that is missing in a row', () => {
    const pieces = new Pieces(6 * MiB);
    pieces.add(0);
    pieces.add(4);
    expect(nextRun(pieces, nobody)).toEqual({ first: 1, count: 3 });
  });

  test('ends before a piece that is to be avoided', () => {
    const pieces = new Pieces(6 * MiB);
    expect(nextRun(pieces, (index) => index === 2)).toEqual({ first: 0, count: 2 });
  });

  test('is nothing where only pieces to be avoided are missing', () => {
    const pieces = new Pieces(3 * MiB);
    pieces.addRun({ first: 0, count: 2 });
    expect(nextRun(pieces, (index) => index === 2)).toBeUndefined();
  });

  test('taken again and again covers every missing piece once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 * MiB }), fc.array(fc.nat(45)), (size, there) => {
        const pieces = new Pieces(size);
        for (const index of there) pieces.add(index);
        const taken: number[] = [];
        for (let run = nextRun(pieces, nobody); run !== undefined; run = nextRun(pieces, nobody)) {
          for (let index = run.first; index < run.first + run.count; index++) taken.push(index);
          pieces.addRun(run);
        }
        const missing = Array.from({ length: pieceCount(size) }, (_, index) => index).filter(
          (index) => !there.includes(index),
        );
        expect(taken).toEqual(missing);
        expect(pieces.missingBytes).toBe(0);
      }),
    );
  });
});

test('runs of sorted indices are the indices', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(60)), (indices) => {
      const sorted = indices.sort((a, b) => a - b);
      const runs = runsOf(sorted);
      expect(runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, step) => first + step))).toEqual(
        sorted,
      );
      for (const [at, run] of runs.entries()) {
        const next = runs[at + 1];
        if (next !== undefined) expect(next.first).toBeGreaterThan(run.first + run.count);
      }
    }),
  );
});
