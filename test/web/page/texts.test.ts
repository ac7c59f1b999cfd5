import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeText as asOnTheCommandLine } from '../../../src/base/sizeText.ts';
import { clockText, countText, durationText, momentText, rateText, sizeText } from '../../../src/web/page/texts.ts';

describe('texts of the pages', () => {
  it('say sizes as the command line does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => {
        expect(sizeText(bytes)).toBe(asOnTheCommandLine(bytes));
      }),
    );
    for (const bytes of [0, 1, 999, 1000, 999_499, 999_999, 1_000_000, 3_456_000_000]) {
      expect(sizeText(bytes)).toBe(asOnTheCommandLine(bytes));
    }
  });

  it('say that a size is not known', () => {
    expect(sizeText(null)).toBe('–');
  });

  it.each([
    [-3, '0 s'],
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [3600, '1 h'],
    [7500, '2 h 5 min'],
    [86_400 * 4 + 3600 * 3, '4 d 3 h'],
  ])('say %d seconds as %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it('say a rate, a moment and a count', () => {
    const at = new Date(2026, 4, 1, 14, 3, 9).getTime();
    expect(rateText(4_123_456.7)).toBe('4.12 MB/s');
    expect(clockText(at)).toBe('14:03:09');
    expect(momentText(at)).toBe('2026-05-01 14:03');
    expect([countText(1, 'owner', 'owners'), countText(10_000, 'owner', 'owners')]).toEqual([
      '1 owner',
      '10,000 owners',
    ]);
  });
});
