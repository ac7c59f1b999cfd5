import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../../../src/base/layout.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import { Tally } from '../../../../src/client/sharing/serve/tally.ts';

/** Pieces 0; 1, 2; 3. */
const layout = layoutOf([10, MiB + 5, 0, 7, 0]);
const countsOf = (tally: Tally): number[] => [0, 1, 2, 3].map((piece) => tally.sent(piece));

describe('the tally', () => {
  it('counts the pieces that are whole in a range, from its beginning', () => {
    const tally = new Tally(layout);
    tally.begin({ start: 0, end: layout.size });
    tally.begin({ start: 1, end: layout.size });
    tally.begin({ start: 10, end: layout.size - 1 });
    tally.begin({ start: 11, end: 12 });
    expect(countsOf(tally)).toEqual([1, 3, 3, 2]);
  });

  it('counts back what did not get out whole', () => {
    const tally = new Tally(layout);
    const sending = tally.begin({ start: 0, end: layout.size });
    sending.taken(10);
    sending.taken(MiB + 4);
    sending.ended();
    expect(countsOf(tally)).toEqual([1, 1, 0, 0]);
    const whole = tally.begin({ start: 0, end: layout.size });
    whole.taken(layout.size);
    whole.ended();
    expect(countsOf(tally)).toEqual([2, 2, 1, 1]);
  });

  it('is what it was where nothing of a range got out', () => {
    const place = fc.integer({ min: 0, max: layout.size });
    fc.assert(
      fc.property(place, place, (one, other) => {
        const tally = new Tally(layout);
        tally.begin({ start: Math.min(one, other), end: Math.max(one, other) }).ended();
        expect(countsOf(tally)).toEqual([0, 0, 0, 0]);
      }),
    );
  });
});
