import { burstTokens, tokensPerSecond } from '../limits.ts';
import { TokenBucket } from '../tokenBucket.ts';
import { maxCountedAddresses } from './limits.ts';

/** Counts what an address asks over all its connections, where each is good for one request. */
export interface AddressBuckets {
  /** Takes tokens, and returns how long to wait before using them, milliseconds. */
  take(address: string, tokens: number): number;
  /** Takes back what was not used. */
  giveBack(address: string, tokens: number): void;
}

export function createAddressBuckets(now: () => number): AddressBuckets {
  /** The one that was asked for longest ago comes first. */
  const buckets = new Map<string, TokenBucket>();
  return {
    take(address, tokens) {
      const bucket = buckets.get(address) ?? new TokenBucket(burstTokens, tokensPerSecond, now());
      buckets.delete(address);
      buckets.set(address, bucket);
      const [oldest] = buckets.keys();
      if (buckets.size > maxCountedAddresses && oldest !== undefined) buckets.delete(oldest);
      return bucket.take(tokens, now());
    },
    giveBack(address, tokens) {
      buckets.get(address)?.take(-tokens, now());
    },
  };
}
