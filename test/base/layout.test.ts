import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutOf, runBytes, runsOf } from '../../src/base/layout.ts';
import { pieceCount, pieceRange } from '../../src/base/merkle.ts';

const MiB = 2 ** 20;

describe('a layout', () => {
  it('of one file has the pieces of the file', () => {
    const layout = layoutOf([2.5 * MiB]);
    expect([layout.size, layout.count]).toEqual([2.5 * MiB, 3]);
    expect(layout.place(2)).toEqual({ file: 0, index: 2, offset: 2 * MiB, length: MiB / 2 });
    expect(layout.ofFile(0)).toEqual({ first: 0, count: 3 });
  });

  it('of a folder numbers the pieces of its files one after another, and passes empty files over', () => {
    const layout = layoutOf([0, 10, 0, 0, MiB + 1, 0]);
    expect(layout.count).toBe(3);
    expect([0, 1, 2].map((piece) => layout.place(piece))).toEqual([
      { file: 1, index: 0, offset: 0, length: 10 },
      { file: 4, index: 0, offset: 10, length: MiB },
      { file: 4, index: 1, offset: 10 + MiB, length: 1 },
    ]);
    expect([0, 1, 4, 5].map((file) => layout.ofFile(file))).toEqual([
      { first: 0, count: 0 },
      { first: 0, count: 1 },
      { first: 1, count: 2 },
      { first: 3, count: 0 },
    ]);
  });

  it('of nothing has no piece', () => {
    const layout = layoutOf([]);
    expect([layout.size, layout.count]).toEqual([0, 0]);
    expect(() => layout.place(0)).toThrow(RangeError);
    expect(() => layout.at(0)).toThrow(RangeError);
  });

  it('has every byte in exactly one piece, in order', () => {
    const size = fc.oneof(fc.nat(20), fc.nat(4 * MiB));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 12 }), (sizes) => {
        const layout = layoutOf(sizes);
        expect(layout.count).toBe(sizes.reduce((sum, one) => sum + pieceCount(one), 0));
        let end = 0;
        for (let piece = 0; piece < layout.count; piece++) {
          const place = layout.place(piece);
          expect(place.offset).toBe(end);
          expect(place.length).toBe(pieceRange(sizes[place.file] ?? 0, place.index).length);
          expect(layout.ofFile(place.file).first + place.index).toBe(piece);
          end += place.length;
          expect([layout.at(place.offset), layout.at(end - 1)]).toEqual([piece, piece]);
        }
        expect(end).toBe(layout.size);
        if (layout.count > 0) expect(runBytes(layout, { first: 0, count: layout.count })).toEqual({ start: 0, end });
      }),
    );
  });
});

it('runsOf joins neighbours', () => {
  expect(runsOf([0, 1, 2, 5, 7, 8])).toEqual([
    { first: 0, count: 3 },
    { first: 5, count: 1 },
    { first: 7, count: 2 },
  ]);
  expect(runsOf([])).toEqual([]);
});
