import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../src/server/tokenBucket.ts';

describe('a token bucket', () => {
  it('lets a burst through at once, and makes what is over wait', () => {
    const bucket = new TokenBucket(10, 100, 0);
    expect(bucket.take(10, 0)).toBe(0);
    expect(bucket.take(1, 0)).toBe(10);
    expect(bucket.take(1, 0)).toBe(20);
  });

  it('fills again with time, up to its burst', () => {
    const bucket = new TokenBucket(10, 100, 0);
    bucket.take(10, 0);
    expect(bucket.take(1, 10)).toBe(0);
    expect(bucket.take(11, 60_000)).toBe(10);
  });

  it('never lets more through than its burst and its rate', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ tokens: fc.nat(20), passMs: fc.nat(100) })), (asks) => {
        const bucket = new TokenBucket(50, 100, 0);
        let now = 0;
        let taken = 0;
        for (const { tokens, passMs } of asks) {
          now += passMs;
          taken += tokens;
          const usable = now + bucket.take(tokens, now);
          expect(taken).toBeLessThanOrEqual(50 + (usable / 1000) * 100 + 1e-6);
        }
      }),
    );
  });
});
