import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplayWindow, replayWindow } from '../../../src/server/liveness/replayWindow.ts';

const taken = (...sequences: number[]): ReplayWindow => {
  const window = new ReplayWindow();
  for (const sequence of sequences) window.take(sequence);
  return window;
};

test('a sequence is taken once', () => {
  const window = new ReplayWindow();
  expect(window.take(0)).toBe('newest');
  expect(window.take(0)).toBe('replayed');
});

test('a sequence that was overtaken is taken late, and once', () => {
  const window = taken(10, 12);
  expect(window.take(11)).toBe('late');
  expect(window.take(11)).toBe('replayed');
});

test('63 behind the newest is still taken, and 64 behind is not', () => {
  expect(taken(1000).take(1000 - 63)).toBe('late');
  expect(taken(1000).take(1000 - 64)).toBe('replayed');
});

test.each([1, 31, 32, 33, 63, 64, 65, 1000, 2 ** 32])('after a leap of %i, what lies behind is still known', (leap) => {
  const window = taken(100, 100 + leap);
  expect(window.take(100)).toBe('replayed');
  expect(window.take(100 + leap)).toBe('replayed');
  if (leap > 1) expect(window.take(100 + leap - 1)).toBe('late');
});

test('a sequence that was leapt over is taken though the one 64 before it was taken', () => {
  expect(taken(1, 64, 66).take(65)).toBe('late');
  expect(taken(3, 64, 70).take(67)).toBe('late');
});

test('sequences up to 2^53 - 1 are told apart', () => {
  const last = Number.MAX_SAFE_INTEGER;
  const window = taken(last - 64, last - 1);
  expect(window.take(last)).toBe('newest');
  expect(window.take(last - 1)).toBe('replayed');
  expect(window.take(last - 63)).toBe('late');
  expect(window.take(last - 64)).toBe('replayed');
});

/** The same, as a set of everything that ever came. */
function model(): (sequence: number) => string {
  const seen = new Set<number>();
  let newest = -1;
  return (sequence) => {
    if (seen.has(sequence) || sequence <= newest - replayWindow) return 'replayed';
    seen.add(sequence);
    if (sequence < newest) return 'late';
    newest = sequence;
    return 'newest';
  };
}

test('any order, any gaps, any repetitions: it judges as one that forgets nothing', () => {
  const wandering = fc
    .tuple(fc.nat(2 ** 40), fc.array(fc.integer({ min: -80, max: 80 }), { maxLength: 300 }))
    .map(([start, steps]) => {
      let at = start;
      return steps.map((step) => {
        at = Math.max(0, at + step);
        return at;
      });
    });
  fc.assert(
    fc.property(wandering, (sequences) => {
      const window = new ReplayWindow();
      const expected = model();
      for (const sequence of sequences) expect(window.take(sequence)).toBe(expected(sequence));
    }),
    { numRuns: 500 },
  );
});
