import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PieceRun, runsOf } from '../../../src/base/layout.ts';
import { encodeHave, encodeRuns, maxHaveLineBytes, parseHave, parseRuns } from '../../../src/net/wire/pieces.ts';

const most = 300;
const runs: fc.Arbitrary<PieceRun[]> = fc
  .uniqueArray(fc.nat(most - 1))
  .map((pieces) => runsOf(pieces.sort((a, b) => a - b)));

test.each<[string, PieceRun[]]>([
  ['', []],
  ['0', [{ first: 0, count: 1 }]],
  [
    '0-3,7',
    [
      { first: 0, count: 4 },
      { first: 7, count: 1 },
    ],
  ],
])('"%s" is read and written', (text, pieces) => {
  expect(parseRuns(text, 8)).toEqual(pieces);
  expect(encodeRuns(pieces)).toBe(text);
  expect(encodeHave(pieces)).toBe(`{"have":"${text}"}\n`);
  expect(parseHave(`{"have":"${text}"}`, 8)).toEqual(pieces);
});

test.each([
  '8',
  '0-8',
  '3-2',
  '1,1',
  '2,1',
  '0-3,3',
  '-1',
  '1-',
  '1.5',
  '+1',
  ' 1',
  '1,',
  ',',
  '0x1',
  '9999999999',
  'a',
])('"%s" is none of eight pieces', (text) => {
  expect(parseRuns(text, 8)).toBeUndefined();
  expect(parseHave(`{"have":"${text}"}`, 8)).toBeUndefined();
});

test.each(['', '{}', '{"have":"0"', ' {"have":"0"}', '{"have":["0"]}', '{"have":"0","more":1}', 'null'])(
  'the line %j is none',
  (line) => {
    expect(parseHave(line, 8)).toBeUndefined();
  },
);

test('any pieces come out as they went in', () => {
  fc.assert(
    fc.property(runs, (pieces) => {
      expect(parseRuns(encodeRuns(pieces), most)).toEqual(pieces);
      expect(parseHave(encodeHave(pieces).trimEnd(), most)).toEqual(pieces);
    }),
  );
});

test('garbage gives nothing, or pieces that are sorted, apart and there', () => {
  const text = fc.array(fc.constantFrom('0', '1', '9', '-', ',', 'x')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(fc.string(), text), fc.nat(200), (garbage, count) => {
      let next = 0;
      for (const run of parseRuns(garbage, count) ?? []) {
        expect(run.first).toBeGreaterThanOrEqual(next);
        expect(run.count).toBeGreaterThan(0);
        next = run.first + run.count;
        expect(next).toBeLessThanOrEqual(count);
      }
    }),
  );
});

test('the longest line that is sent keeps the limit', () => {
  const worst = Array.from({ length: 50_000 }, (_, index) => ({ first: 200_000_000 + 3 * index, count: 2 }));
  expect(encodeHave(worst).length).toBeLessThan(maxHaveLineBytes);
});
