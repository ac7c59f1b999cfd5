import type { Deadlines } from './deadlines.ts';
import type { Effect } from './detector.ts';

/** Peers that have to be there before their common silence says anything. */
const leastPeers = 10;
/** The share of them that may fall silent by themselves. */
const plausibleShare = 0.3;

/** How many peers there are, and how many of them are silent. */
export interface Census {
  peers: number;
  silent: number;
  /** Of the silent, those who fell silent within the last `suspectMs`. */
  fellSilent: number;
}

/** The times in which nobody is evicted, since the fault is likelier ours, or the network's. */
export interface Freeze {
  /** The tracker itself stood still for `lateMs`. */
  stalled(lateMs: number, now: number): Effect;
  /** Says whether many fell silent at once; ends the freeze early where most of them came back. */
  weigh(census: Census, now: number): Effect[];
  holds(now: number): boolean;
}

export function createFreeze({ evictMs, suspectMs, massFreezeMs }: Deadlines): Freeze {
  let stallEndsAt = Number.NEGATIVE_INFINITY;
  let massEndsAt = Number.NEGATIVE_INFINITY;

  return {
    stalled(lateMs, now) {
      stallEndsAt = now + evictMs;
      const why = `the tracker itself stood still for ${(lateMs / 1000).toFixed(1)} s`;
      return { effect: 'freeze', untilMs: stallEndsAt, why };
    },

    weigh({ peers, silent, fellSilent }, now) {
      const implausible = peers * plausibleShare;
      if (now < massEndsAt) {
        // The others get as long to come back as a peer gets before it is suspect.
        if (silent <= implausible) massEndsAt = Math.min(massEndsAt, now + suspectMs);
        return [];
      }
      if (peers < leastPeers || fellSilent <= implausible) return [];
      massEndsAt = now + massFreezeMs;
      return [
        {
          effect: 'freeze',
          untilMs: massEndsAt,
          why: `${fellSilent} of ${peers} peers fell silent within ${(suspectMs / 1000).toFixed(1)} s`,
        },
      ];
    },

    holds: (now) => now < stallEndsAt || now < massEndsAt,
  };
}
