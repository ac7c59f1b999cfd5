import { describe, expect, it } from 'vitest';
import { keepMsOf } from '../../../src/server/trail/spans.ts';

describe('--keep-history', () => {
  it.each([
    ['90d', 7_776_000_000],
    ['0.5d', 43_200_000],
    ['12h', 43_200_000],
    ['1m', 60_000],
    ['36525d', 3_155_760_000_000],
  ])('reads %s', (text, ms) => {
    expect(keepMsOf(text)).toBe(ms);
  });

  it.each([
    ['59s', '--keep-history 59s is too short'],
    ['0d', '--keep-history 0d is too short'],
    ['36526d', '--keep-history 36526d is too long'],
    ['for ever', '"for ever" is no --keep-history'],
    ['-1d', '"-1d" is no --keep-history'],
    ['', '"" is no --keep-history'],
  ])('refuses "%s"', (text, message) => {
    expect(() => keepMsOf(text)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
    );
  });
});
