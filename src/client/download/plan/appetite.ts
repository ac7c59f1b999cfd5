import type { KnownOwner } from './knownOwner.ts';
import { firstAskBytes, growth, loneWaits, maxAskBytes, maxLoneAskMs, sharedAskMs, wholeAskMs } from './limits.ts';
import { leftMs, type Planning } from './planning.ts';

/**
 * Bytes that an owner is asked for at once, as many as it gives in a span. `alone` is true where nobody else is known to
 * have them.
 */
export function appetite(planning: Planning, { pace }: KnownOwner, alone: boolean): number {
  if (pace.rate === undefined) return firstAskBytes;
  const most = Math.min(maxAskBytes, Math.max(firstAskBytes, pace.longest * growth));
  return Math.max(firstAskBytes, Math.min(most, pace.rate * span(planning, pace.waitMs ?? 0, alone)));
}

function span(planning: Planning, waitMs: number, alone: boolean): number {
  if (!alone) return sharedAskMs;
  if (planning.owners.size === 1) return Math.min(maxLoneAskMs, Math.max(wholeAskMs, waitMs * loneWaits));
  /** Asks are cut by what is left, so that all come to the end together. */
  return Math.min(wholeAskMs, leftMs(planning) / 2);
}
