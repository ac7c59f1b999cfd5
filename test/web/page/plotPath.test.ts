import { describe, expect, it } from 'vitest';
import { areaPath, linePath, roundTop } from '../../../src/web/page/plotPath.ts';

const frame = { width: 100, height: 10, now: 10_000, spanMs: 10_000, top: 20 };
const points = (...values: [at: number, value: number][]): { at: number; value: number }[] =>
  values.map(([at, value]) => ({ at, value }));

describe('the line of a plot', () => {
  it('goes from the left edge to now, high values above', () => {
    expect(linePath(points([0, 0], [5000, 10], [10_000, 20]), frame)).toBe('M0 10L50 5L100 0');
  });

  it('stays in the frame', () => {
    expect(linePath(points([9000, 100], [10_000, -5]), frame)).toBe('M90 0L100 10');
    expect(linePath(points([-1, 1], [10_001, 1]), frame)).toBe('');
  });

  it('has a hole where nothing was told for more than five seconds', () => {
    expect(linePath(points([0, 20], [1000, 20], [6000, 20], [7000, 20]), frame)).toBe('M0 0L10 0L60 0L70 0');
    expect(linePath(points([0, 20], [1000, 20], [6001, 20], [7001, 20]), frame)).toBe('M0 0L10 0M60 0L70 0');
  });

  it('bounds its area by the lower edge', () => {
    expect(areaPath(points([0, 20], [5000, 20]), frame)).toBe('M0 10L0 0L50 0L50 10Z');
  });
});

describe('the upper edge', () => {
  it.each([
    [0, 100],
    [100, 100],
    [101, 200],
    [201, 500],
    [501, 1000],
    [1001, 2000],
  ])('above %d is %d', (highest, top) => {
    expect(roundTop(highest, 100)).toBe(top);
  });

  it('is found for any number', () => {
    expect(roundTop(Number.POSITIVE_INFINITY, 1)).toBeGreaterThan(1e15);
  });
});
