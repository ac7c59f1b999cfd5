import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { LineSplitter, maxLineBytes } from '../../../src/net/wire/lines.ts';
import golden from './golden/lines.json' with { type: 'json' };

const bytesOf = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe.each(golden)('$title', ({ hex, lines }) => {
  test('is cut into its lines', () => {
    expect(new LineSplitter().push(bytesOf(hex))).toEqual(lines);
  });

  test('is cut the same byte by byte', () => {
    const splitter = new LineSplitter();
    expect([...bytesOf(hex)].flatMap((byte) => splitter.push(Uint8Array.of(byte)))).toEqual(lines);
  });

  test('is cut the same at any one place', () => {
    const bytes = bytesOf(hex);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const splitter = new LineSplitter();
      expect([...splitter.push(bytes.subarray(0, cut)), ...splitter.push(bytes.subarray(cut))]).toEqual(lines);
    }
  });
});

const code = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof RollcallError ? error.code : `not ours: ${error}`;
  }
};
const chunks = (bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] => {
  const cut: Uint8Array[] = [];
  let rest = bytes;
  for (const length of lengths) {
    cut.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return [...cut, rest];
};
const sizes = fc.array(fc.nat({ max: 40 }), { maxLength: 20 });

test('any lines come out as they went in, however they are cut', () => {
  const line = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/\n|\r$/.test(text));
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), sizes, (lines, end, cuts) => {
      const splitter = new LineSplitter();
      const bytes = Buffer.from(lines.map((text) => text + end).join(''));
      expect(chunks(bytes, cuts).flatMap((chunk) => splitter.push(chunk))).toEqual(lines);
    }),
  );
});

test('garbage gives lines or our error, the same however it is cut', () => {
  const noise = fc.array(fc.constantFrom(0x0a, 0x0d, 0x20, 0x41, 0x80, 0xc3, 0xa9, 0xff));
  fc.assert(
    fc.property(noise, sizes, (numbers, cuts) => {
      const bytes = Uint8Array.from(numbers);
      const whole = code(() => new LineSplitter(16).push(bytes));
      const splitter = new LineSplitter(16);
      expect(code(() => chunks(bytes, cuts).map((chunk) => splitter.push(chunk)))).toBe(whole);
      expect([undefined, 'limit', 'bad-message']).toContain(whole);
    }),
  );
});

test.each([
  ['in one chunk', Number.POSITIVE_INFINITY],
  ['in chunks of 16,384 bytes', 16_384],
  ['in chunks of 1,000 bytes', 1000],
])('a line of exactly the limit with its end is taken, and one byte more is not, %s', (_, size) => {
  const push = (length: number): string[] => {
    const splitter = new LineSplitter();
    const bytes = Buffer.alloc(length, 'x');
    bytes[length - 1] = 0x0a;
    const cuts = new Array<number>(Math.floor(length / size)).fill(size);
    return chunks(bytes, cuts).flatMap((chunk) => splitter.push(chunk));
  };
  expect(push(maxLineBytes).map(({ length }) => length)).toEqual([maxLineBytes - 1]);
  expect(code(() => push(maxLineBytes + 1))).toBe('limit');
});

test('a line that never ends is refused as soon as it cannot end in time', () => {
  const splitter = new LineSplitter(16);
  expect(splitter.push(Buffer.alloc(15))).toEqual([]);
  expect(code(() => splitter.push(Buffer.alloc(1)))).toBe('limit');
});

test('the limit is for each line, not for all of them', () => {
  const splitter = new LineSplitter(4);
  expect(splitter.push(Buffer.from('abc\ndef\nghi\nj'))).toEqual(['abc', 'def', 'ghi']);
  expect(splitter.push(Buffer.from('kl\n'))).toEqual(['jkl']);
});

test('a splitter does not depend on bytes that it was lent', () => {
  const splitter = new LineSplitter();
  const lent = Buffer.from('abc');
  splitter.push(lent);
  lent.fill('x');
  expect(splitter.push(Buffer.from('\n'))).toEqual(['abc']);
});
