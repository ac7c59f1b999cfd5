import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layoutOf, runBytes } from '../../../../src/base/layout.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import { Spans } from '../../../../src/client/download/plan/spans.ts';

const sizes = fc.array(fc.oneof(fc.nat(10), fc.nat(5 * MiB)), { minLength: 1, maxLength: 12 });

test('a piece starts and ends where the layout says', () => {
  fc.assert(
    fc.property(sizes, (files) => {
      const layout = layoutOf(files);
      const spans = new Spans(layout);
      for (let piece = 0; piece < layout.count; piece++) {
        const { offset, length } = layout.place(piece);
        expect([spans.start(piece), spans.length(piece)]).toEqual([offset, length]);
        expect(spans.from(offset)).toBe(piece);
      }
      expect(spans.start(layout.count)).toBe(layout.size);
    }),
  );
});

test('what fits is as much as goes into the bytes, and one piece at least', () => {
  fc.assert(
    fc.property(sizes, fc.nat(8 * MiB), fc.nat(), (files, bytes, seed) => {
      const layout = layoutOf(files);
      fc.pre(layout.count > 0);
      const first = seed % layout.count;
      const run = new Spans(layout).fit(first, layout.count, bytes);
      const length = (count: number): number => {
        const { start, end } = runBytes(layout, { first, count });
        return end - start;
      };
      expect(run.count === 1 || length(run.count) <= bytes).toBe(true);
      expect(first + run.count === layout.count || length(run.count + 1) > bytes).toBe(true);
    }),
  );
});

test('only a file on its own is even', () => {
  expect(new Spans(layoutOf([5 * MiB])).even).toBe(true);
  expect(new Spans(layoutOf([MiB, MiB])).even).toBe(false);
});
