import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batches } from '../../../src/client/session/batches.ts';
import { encodeMessage } from '../../../src/net/wire/jsonRpc.ts';
import { maxLineBytes } from '../../../src/net/wire/lines.ts';

const line = (resources: readonly string[]): string =>
  encodeMessage({ type: 'request', id: Number.MAX_SAFE_INTEGER, method: 'unregister', params: { resources } });

test('nothing takes no message', () => {
  expect(batches([])).toEqual([]);
});

test('a hundred items are one message, and one more is a second', () => {
  expect(batches(new Array(100).fill(1)).map(({ length }) => length)).toEqual([100]);
  expect(batches(new Array(101).fill(1)).map(({ length }) => length)).toEqual([100, 1]);
});

test('items that fill a line to the last byte are one message, and one byte more is a second', () => {
  const room = maxLineBytes - 256;
  const half = 'x'.repeat(room / 2 - 3);
  expect(batches([half, half]).length).toBe(1);
  expect(batches([half, `${half}x`]).length).toBe(2);
});

test('every item comes once and in order, and every line is within its limit', () => {
  const text = fc.oneof(
    fc.string(),
    fc.integer({ min: 0, max: 100_000 }).map((length) => '\u0001é"'.repeat(length / 10)),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 250 }), (items) => {
      const cut = batches(items);
      expect(cut.flat()).toEqual(items);
      for (const batch of cut) {
        expect(batch.length).toBeLessThanOrEqual(100);
        expect(Buffer.byteLength(line(batch))).toBeLessThanOrEqual(maxLineBytes);
      }
    }),
    { numRuns: 50 },
  );
});
