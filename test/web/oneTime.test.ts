import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../src/base/errors.ts';
import { codeMs, maxCodes, maxCodeTries } from '../../src/web/limits.ts';
import { openOneTimeCodes } from '../../src/web/oneTime.ts';
import { FakeClock } from '../support/fakeClock.ts';

describe('a one-time code', () => {
  it('is good once', () => {
    const codes = openOneTimeCodes(new FakeClock());
    const code = codes.issue();
    expect(code).toMatch(/^[\w-]{22}$/);
    expect(codes.redeem('wrong')).toBe(false);
    expect(codes.redeem(code)).toBe(true);
    expect(codes.redeem(code)).toBe(false);
  });

  it('is good for ten minutes', async () => {
    const clock = new FakeClock();
    const codes = openOneTimeCodes(clock);
    const [early, late] = [codes.issue(), codes.issue()];
    await clock.wind(codeMs - 1);
    expect(codes.redeem(early)).toBe(true);
    await clock.wind(1);
    expect(codes.redeem(late)).toBe(false);
  });

  it('is tried a few times a second at most, be it right', async () => {
    const clock = new FakeClock();
    const codes = openOneTimeCodes(clock);
    const code = codes.issue();
    for (let at = 0; at < maxCodeTries; at++) expect(codes.redeem('guess')).toBe(false);
    expect(() => codes.redeem(code)).toThrow(RollcallError);
    await clock.wind(999);
    expect(() => codes.redeem(code)).toThrow(/wait a moment/);
    await clock.wind(1);
    expect(codes.redeem(code)).toBe(true);
  });

  it('takes the place of the oldest where there are too many', async () => {
    const clock = new FakeClock();
    const codes = openOneTimeCodes(clock);
    const issued = Array.from({ length: maxCodes + 1 }, () => codes.issue());
    expect(codes.redeem(issued[0] ?? '')).toBe(false);
    expect(codes.redeem(issued[1] ?? '')).toBe(true);
  });
});
