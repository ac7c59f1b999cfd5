import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../../../src/base/layout.ts';
import { barOf } from '../../../src/client/transfers/bar.ts';

const cells = (...parts: [count: number, value: number][]): number[] =>
  parts.flatMap(([count, value]) => new Array<number>(count).fill(value));

describe('a bar of pieces', () => {
  it.each([
    ['nothing', 200, [], 0, cells([100, 0])],
    ['all of it', 200, [{ first: 0, count: 200 }], 200, cells([100, 100])],
    ['the first half', 200, [{ first: 0, count: 100 }], 100, cells([50, 100], [50, 0])],
    ['one piece of two in a cell', 200, [{ first: 1, count: 1 }], 1, cells([1, 50], [99, 0])],
    ['the only piece', 1, [{ first: 0, count: 1 }], 1, cells([100, 100])],
    [
      'one of three pieces, wider than cells',
      3,
      [{ first: 1, count: 1 }],
      1,
      cells([33, 0], [1, 66], [32, 100], [1, 66], [33, 0]),
    ],
    ['one piece of ten thousand', 10_000, [{ first: 9_999, count: 1 }], 1, cells([99, 0], [1, 1])],
    ['all but one of 100,000', 100_000, [{ first: 1, count: 99_999 }], 99_999, cells([1, 99], [99, 100])],
    ['all of an empty file', 0, [], 0, cells([100, 100])],
  ])('shows %s', (_, count, runs, have, expected) => {
    expect(barOf(count, runs)).toEqual({ pieces: count, have, cells: expected });
  });

  it('agrees with counting each hundredth of a piece', () => {
    const some = fc.array(fc.boolean(), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(some, (here) => {
        const runs = runsOf(here.flatMap((is, piece) => (is ? [piece] : [])));
        const { have, cells } = barOf(here.length, runs);
        expect(have).toBe(here.filter(Boolean).length);
        const naive = Array.from({ length: 100 }, (_, cell) => {
          let part = 0;
          for (let at = cell * here.length; at < (cell + 1) * here.length; at++) if (here[Math.floor(at / 100)]) part++;
          return part === 0 ? 0 : Math.max(1, Math.floor((100 * part) / here.length));
        });
        expect(cells).toEqual(naive);
      }),
    );
  });
});
