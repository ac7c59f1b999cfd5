import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { requireShape } from '../../../src/net/wire/listingShape.ts';

/** True where it passes; anything but our error fails the test. */
function fits(text: string | Uint8Array, mostCommas: readonly number[]): boolean {
  try {
    requireShape(typeof text === 'string' ? Buffer.from(text) : text, mostCommas);
    return true;
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'bad-content') return false;
    throw error;
  }
}

/** The commas of a value by depth, as long as it is deep. */
function commasOf(value: unknown, depth = 0, commas: number[] = []): number[] {
  commas[depth] ??= 0;
  if (typeof value !== 'object' || value === null) return commas;
  const members = Object.values(value);
  commas[depth + 1] = (commas[depth + 1] ?? 0) + Math.max(0, members.length - 1);
  for (const member of members) commasOf(member, depth + 1, commas);
  return commas;
}

const awkward = fc.string({
  unit: fc.constantFrom('"', '\\', ',', '[', ']', '{', '}', 'a', 'é', '日', '\n'),
  maxLength: 8,
});
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(awkward, fc.integer(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(awkward, tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('the shape of JSON', () => {
  test('fits its own depth and commas, however it is spaced, and nothing less', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), (any, space) => {
        const text = JSON.stringify(any, undefined, space);
        const commas = commasOf(any);
        expect(fits(text, commas)).toBe(true);
        if (commas.length > 1) expect(fits(text, commas.slice(0, -1))).toBe(false);
        for (const [depth, count] of commas.entries()) {
          if (count > 0) expect(fits(text, commas.with(depth, count - 1))).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is looked for in any bytes without another error', () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: fc.constantFrom(...'[]{}",\\') }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(3), { maxLength: 4 }), (any, most) => typeof fits(any, most) === 'boolean'),
    );
  });

  test.each(['"', '"\\', '"\\"', '"a,b', ']]]', '', '1 2'])(
    'says nothing against %j, which the parser refuses',
    (text) => {
      expect(fits(text, [0])).toBe(true);
      expect(() => JSON.parse(text)).toThrow();
    },
  );
});
