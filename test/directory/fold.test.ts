import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareText, fold, nameKey } from '../../src/directory/fold.ts';

/** Behind the last letter that has two cases, Adlam's. */
const lastCased = 0x1e943;

describe('fold', () => {
  it('gives the same for a character, its upper case and its lower case, all through Unicode', () => {
    const different: string[] = [];
    for (let point = 1; point <= lastCased; point++) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const text = String.fromCodePoint(point);
      const cases = [text.toLowerCase(), text.toUpperCase(), fold(text)];
      if (cases.some((other) => fold(other) !== fold(text))) different.push(text);
    }
    expect(different).toEqual([]);
  });

  it.each([
    ['Straße', 'strasse'],
    ['ΟΔΟΣ οδος', 'οδοσ οδοσ'],
    ['ǅ Ǆ ǆ', 'ǆ ǆ ǆ'],
    ['\u212a', 'k'],
    ['J\u030c', 'ǰ'],
    ['α\u0345\u0301', 'άι'],
  ])('makes %s %s', (text, folded) => {
    expect(fold(text)).toBe(folded);
  });
});

describe('nameKey', () => {
  it('is the folded name in UTF-8, ended by a zero byte', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
        expect(Buffer.from(nameKey(text))).toEqual(Buffer.from(`${fold(text)}\0`));
      }),
    );
  });
});

describe('compareText', () => {
  const character = fc.oneof(
    fc.constantFrom('a', 'b', '\ud7ff', '\ue000', '\uffff', '😀', '𐀀'),
    fc.string({ unit: 'grapheme' }),
  );
  const text = fc.array(character, { maxLength: 5 }).map((parts) => parts.join(''));

  it('orders as the bytes of UTF-8 do', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});
