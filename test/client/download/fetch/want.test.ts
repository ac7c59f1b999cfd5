import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutOf, runBytes } from '../../../../src/base/layout.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import { runIn } from '../../../../src/client/download/fetch/want.ts';

const layout = layoutOf([10, 0, 2 * MiB + 5, 300]);

describe('a Content-Range', () => {
  test('of any run of pieces is that run', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 5 * MiB }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (files, a, b) => {
        const any = layoutOf(files);
        fc.pre(any.count > 0);
        const first = a % any.count;
        const run = { first, count: 1 + (b % (any.count - first)) };
        const { start, end } = runBytes(any, run);
        expect(runIn(`bytes ${start}-${end - 1}/${any.size}`, any)).toEqual(run);
      }),
    );
  });

  test.each([
    ['is none', 'no range'],
    ['is another unit', `pieces 0-9/${layout.size}`],
    ['states another size', `bytes 0-9/${layout.size + 1}`],
    ['begins within a piece', `bytes 1-9/${layout.size}`],
    ['ends within a piece', `bytes 0-8/${layout.size}`],
    ['ends beyond the content', `bytes 0-${layout.size}/${layout.size}`],
    ['runs backwards', `bytes 9-0/${layout.size}`],
    ['has no size', 'bytes 0-9/*'],
    ['has more digits than a number', `bytes 0-9999999999999999/${layout.size}`],
  ])('that %s is refused', (_, text) => {
    expect(runIn(text, layout)).toBeUndefined();
  });

  test('of anything is a run or nothing', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.string(), (start, end, noise) => {
        for (const text of [`bytes ${start}-${end}/${layout.size}`, noise]) {
          const run = runIn(text, layout);
          if (run !== undefined) expect(run.first + run.count).toBeLessThanOrEqual(layout.count);
        }
      }),
    );
  });
});
