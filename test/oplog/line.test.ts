import fc from 'fast-check';
import { expect, it } from 'vitest';
import { logLine } from '../../src/oplog/line.ts';
import { anyOplogCall } from '../net/wire/oncRpc/arbitraries.ts';

const call = { user: 'Bob', operation: 'CONNECT', parameter: 'a file.txt', date: '01/05/2026 14:03:00' };

it.each([
  ['CONNECT', '[01/05/2026 14:03:00] Bob -> CONNECT'],
  ['LIST_CONTENT', '[01/05/2026 14:03:00] Bob -> LIST_CONTENT'],
  ['PUBLISH', '[01/05/2026 14:03:00] Bob -> PUBLISH a file.txt'],
  ['DELETE', '[01/05/2026 14:03:00] Bob -> DELETE a file.txt'],
])('%s is told as the log always has', (operation, told) => {
  expect(logLine({ ...call, operation })).toBe(told);
});

it('line ends and controls are shown in every field', () => {
  const evil = { user: 'a\nb', operation: 'PUBLISH', parameter: 'c\r\u001b[2J', date: 'd\u2028e' };
  expect(logLine(evil)).toBe('[d\\u{2028}e] a\\u{a}b -> PUBLISH c\\u{d}\\u{1b}[2J');
});

it('any call is one line', () => {
  fc.assert(
    fc.property(anyOplogCall, (any) => {
      expect(logLine(any)).toMatch(/^\[[^\p{Cc}\u2028\u2029]*$/u);
    }),
  );
});
