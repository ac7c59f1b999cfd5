import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextRow } from '../../../src/web/page/nextRow.ts';
import { rowsInSight } from '../../../src/web/page/sight.ts';

describe('the rows in sight', () => {
  it('are those that show, and ten beyond each edge', () => {
    expect(rowsInSight({ count: 10_000, rowHeight: 50, top: 50_000, height: 500 })).toEqual({
      first: 990,
      end: 1020,
      above: 49_500,
      below: 449_000,
    });
  });

  it('are few, in the list, and leave its height as it is, however it is scrolled', () => {
    const length = fc.integer({ min: 0, max: 100_000 });
    fc.assert(
      fc.property(
        length,
        fc.integer({ min: -500, max: 9_000_000 }),
        fc.integer({ min: 0, max: 3000 }),
        (count, top, height) => {
          const { first, end, above, below } = rowsInSight({ count, rowHeight: 28, top, height });
          expect(first).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(count);
          expect(end - first).toBeLessThan(height / 28 + 23);
          expect(above + (end - first) * 28 + below).toBe(count * 28);
        },
      ),
    );
  });
});

describe('the keys of a list', () => {
  it.each([
    ['ArrowDown', 5, 6],
    ['ArrowDown', 99, 99],
    ['ArrowUp', 5, 4],
    ['ArrowUp', 0, 0],
    ['PageDown', 95, 99],
    ['PageUp', 5, 0],
    ['Home', 50, 0],
    ['End', 50, 99],
    ['a', 50, undefined],
  ])('%s goes from row %d to %s', (key, from, to) => {
    expect(nextRow(key, from, 100, 10)).toBe(to);
  });
});
