import type { Random } from '../../base/random.ts';
import { backoffMs, maxBackoffMs } from './limits.ts';

/**
 * Milliseconds to wait after so many failures in a row, from 1: exponential with full jitter, since anything less keeps
 * clients that failed together in step (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export const backoff = (failures: number, random: Random): number =>
  random() * Math.min(maxBackoffMs, backoffMs * 2 ** failures);
