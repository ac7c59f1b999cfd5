import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classicDate, isoDate, localOffset, parseClassicDate, parseIsoDate } from '../../src/base/dates.ts';

const moment = Date.UTC(2026, 4, 1, 12, 3, 0, 123);
const year9999 = Date.UTC(9999, 11, 31);
const anyMoment = fc.integer({ min: 86_400_000, max: year9999 });
const anyOffset = fc.integer({ min: -14 * 60, max: 14 * 60 });

describe('a moment', () => {
  it.each([
    [120, '2026-05-01T14:03:00.123+02:00', '01/05/2026 14:03:00'],
    [0, '2026-05-01T12:03:00.123+00:00', '01/05/2026 12:03:00'],
    [-210, '2026-05-01T08:33:00.123-03:30', '01/05/2026 08:33:00'],
    [840, '2026-05-02T02:03:00.123+14:00', '02/05/2026 02:03:00'],
  ])('%i minutes ahead of UTC is %s, and %s', (offset, iso, classic) => {
    expect([isoDate(moment, offset), classicDate(moment, offset)]).toEqual([iso, classic]);
  });

  it("is shown in this machine's zone where no other is named", () => {
    expect(isoDate(moment)).toBe(isoDate(moment, localOffset(moment)));
    expect(classicDate(moment)).toBe(classicDate(moment, localOffset(moment)));
    expect(new Date(isoDate(moment)).getTime()).toBe(moment);
    expect(localOffset(moment) + new Date(moment).getTimezoneOffset()).toBe(0);
  });

  it('written as ISO 8601 is read as it was, with its zone', () => {
    fc.assert(
      fc.property(anyMoment, anyOffset, (wallMs, offset) => {
        expect(parseIsoDate(isoDate(wallMs, offset))).toEqual({ wallMs, offset });
        expect(new Date(isoDate(wallMs, offset)).getTime()).toBe(wallMs);
      }),
    );
  });

  it('written as a classic date is read as the same classic date', () => {
    fc.assert(
      fc.property(anyMoment, (wallMs) => {
        const read = parseClassicDate(classicDate(wallMs));
        if (read === undefined) throw new Error('not read at all');
        expect(classicDate(read.wallMs, read.offset)).toBe(classicDate(wallMs));
      }),
    );
  });
});

describe('an ISO 8601 date', () => {
  const local = new Date(2026, 4, 1, 14, 3, 7, 120).getTime();

  it.each([
    ['2026-05-01T14:03:00.123456+02:00', moment, 120],
    ['2026-05-01T12:03:00.123Z', moment, 0],
    ['2026-05-01 14:03:00,123+0200', moment, 120],
    ['2026-05-01T14:03+02:00', Date.UTC(2026, 4, 1, 12, 3), 120],
    ['2026-05-01T14:03:07.12', local, localOffset(local)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29), 0],
  ])('may be %s', (text, wallMs, offset) => {
    expect(parseIsoDate(text)).toEqual({ wallMs, offset });
  });

  it.each([
    '1969-12-31T23:59:59Z',
    '0001-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-05-01T24:00:00Z',
    '2026-05-01T14:60:00Z',
    '2026-05-01T14:03:60Z',
    '2026-05-01T14:03:00+15:00',
    '2026-05-01T14:03:00+01:60',
    '2026-05-01',
    '2026-05-01T14:03:00Z and more',
    'May 1, 2026',
    '1777637000',
    '',
  ])('is not %s', (text) => {
    expect(parseIsoDate(text)).toBeUndefined();
  });
});

describe('a classic date', () => {
  it.each([
    '31/04/2026 00:00:00',
    '00/01/2026 00:00:00',
    '01/13/2026 00:00:00',
    '01/01/1969 00:00:00',
    '01/01/2026 24:00:00',
    '01/01/2026 00:60:00',
    '1/1/2026 00:00:00',
    '01/01/2026',
    '01/01/2026 00:00:00\n',
    '01-01-2026 00:00:00',
    '',
  ])('is not %j', (text) => {
    expect(parseClassicDate(text)).toBeUndefined();
  });

  it('is read as local time, to the second', () => {
    const wallMs = new Date(2026, 4, 1, 14, 3, 7).getTime();
    expect(parseClassicDate('01/05/2026 14:03:07')).toEqual({ wallMs, offset: localOffset(wallMs) });
  });

  it('that no clock showed, since it was put forward then, is still read', () => {
    const gaps = Array.from({ length: 365 * 24 }, (_, hour) => new Date(2026, 0, 1, hour).getTime()).map((wallMs) =>
      parseClassicDate(classicDate(wallMs, localOffset(wallMs - 7_200_000))),
    );
    expect(gaps).not.toContain(undefined);
  });
});
