import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff } from '../../../src/client/session/backoff.ts';

test('a wait is drawn evenly from nothing to twice the last bound, and never over thirty seconds', () => {
  const bounds = [1, 2, 3, 4, 5, 6, 1000].map((failures) => backoff(failures, () => 1));
  expect(bounds).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, drawn) => {
      expect(backoff(failures, () => drawn)).toBeCloseTo(drawn * backoff(failures, () => 1));
    }),
  );
});
