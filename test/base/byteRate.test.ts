import { describe, expect, it } from 'vitest';
import { byteRate } from '../../src/base/byteRate.ts';

describe('a rate in bytes a second', () => {
  it.each([
    ['1024', 1024],
    ['500k', 512_000],
    ['500K', 512_000],
    ['5M', 5_242_880],
    ['1.5m', 1_572_864],
    ['1G', 1_073_741_824],
  ])('%s is %i', (text, rate) => {
    expect(byteRate(text)).toBe(rate);
  });

  it.each(['', '0', '0k', '1023', '5 M', '5MB', '-5M', '1e6', 'M', 'fast', '2048g', '99999999999999999', '5M\n'])(
    'is not %j',
    (text) => {
      expect(() => byteRate(text)).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );
});
