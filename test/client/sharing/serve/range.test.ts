import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentId } from '../../../../src/base/ids.ts';
import { hasAlready, wantedRange } from '../../../../src/client/sharing/serve/range.ts';

const id = contentId('ab'.repeat(32));
const ask = (range: string, size: number, more: Record<string, string> = {}): unknown =>
  wantedRange(new Map(Object.entries({ range, ...more })), id, size);

describe('a Range', () => {
  it.each([
    ['bytes=0-0', 10, { start: 0, end: 1 }],
    ['bytes=0-9', 10, { start: 0, end: 10 }],
    ['bytes=3-', 10, { start: 3, end: 10 }],
    ['bytes=3-5', 10, { start: 3, end: 6 }],
    ['bytes=9-9', 10, { start: 9, end: 10 }],
    ['bytes=9-99999999999999999999999', 10, { start: 9, end: 10 }],
    ['bytes=-4', 10, { start: 6, end: 10 }],
    ['Bytes=3-5', 10, { start: 3, end: 6 }],
    ['bytes= 3-5 ', 10, { start: 3, end: 6 }],
    ['bytes=3-5,', 10, { start: 3, end: 6 }],
    ['bytes=8589934592-8589934593', 2 ** 40, { start: 2 ** 33, end: 2 ** 33 + 2 }],
  ])('%s of %i bytes is that part', (range, size, part) => {
    expect(ask(range, size)).toEqual(part);
  });

  it.each([
    ['bytes=10-', 10],
    ['bytes=10-20', 10],
    ['bytes=-0', 10],
    ['bytes=0-', 0],
    ['bytes=99999999999999999999999-', 10],
  ])('%s of %i bytes cannot be satisfied', (range, size) => {
    expect(ask(range, size)).toBe('unsatisfiable');
  });

  it.each([
    ['bytes=-10', 10],
    ['bytes=-11', 10],
    ['bytes=-5', 0],
  ])('%s of %i bytes is the whole', (range, size) => {
    expect(ask(range, size)).toBe('whole');
  });

  it.each([
    'bytes=5-3',
    'bytes=-',
    'bytes=',
    'bytes',
    '',
    'bytes=a-b',
    'bytes=0x1-2',
    'bytes=1--2',
    'bytes=+1-2',
    'bytes=1.5-2',
    'bytes 0-5',
    'lines=0-5',
    'bytes=0-1,4-5',
    'bytes=0-1;q=1',
  ])('"%s" is ignored', (range) => {
    expect(ask(range, 10)).toBe('whole');
  });

  it('counts only where If-Range names this content, strongly', () => {
    expect(ask('bytes=0-0', 10, { 'if-range': `"${id}"` })).toEqual({ start: 0, end: 1 });
    for (const other of [`W/"${id}"`, '"other"', id, 'Tue, 15 Nov 1994 12:45:26 GMT', '']) {
      expect(ask('bytes=0-0', 10, { 'if-range': other })).toBe('whole');
    }
  });

  it('never reaches beyond the content, whatever it says', () => {
    const anything = fc.oneof(fc.string(), fc.stringMatching(/^bytes=[0-9]{0,20}-[0-9]{0,20}$/));
    fc.assert(
      fc.property(anything, fc.nat(), (range, size) => {
        const wanted = wantedRange(new Map([['range', range]]), id, size);
        if (typeof wanted === 'string') return;
        expect(wanted.start).toBeGreaterThanOrEqual(0);
        expect(wanted.end).toBeGreaterThan(wanted.start);
        expect(wanted.end).toBeLessThanOrEqual(size);
      }),
    );
  });
});

describe('If-None-Match', () => {
  it.each([`"${id}"`, `W/"${id}"`, `"x", "${id}"`, '*'])('%s is met by this content', (tags) => {
    expect(hasAlready(new Map([['if-none-match', tags]]), id)).toBe(true);
  });

  it.each(['"x"', id, ''])('%s is not', (tags) => {
    expect(hasAlready(new Map([['if-none-match', tags]]), id)).toBe(false);
  });
});
