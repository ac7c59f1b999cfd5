import type { Random } from '../../../base/random.ts';
import type { Board } from './board.ts';
import type { Flight } from './flight.ts';
import type { KnownOwner } from './knownOwner.ts';
import type { OwnerKey } from './swarm.ts';

/** All that planning looks at. */
export interface Planning {
  readonly board: Board;
  readonly owners: Map<OwnerKey, KnownOwner>;
  /** By the number of the ask: those that go on, and those of which pieces wait for their verdict. */
  readonly flights: Map<number, Flight>;
  readonly random: Random;
  /** Where pieces in a row are begun with: not at the same place as everybody else. */
  readonly origin: number;
}

export const wholeOwners = ({ owners }: Planning): number => {
  let count = 0;
  for (const { whole } of owners.values()) if (whole) count++;
  return count;
};

/** Bytes a millisecond that owners give on average; nothing before one has answered. `except` is left out. */
export function usualRate({ owners }: Planning, except?: KnownOwner): number | undefined {
  let sum = 0;
  let known = 0;
  for (const owner of owners.values()) {
    if (owner === except || owner.pace.rate === undefined) continue;
    sum += owner.pace.rate;
    known++;
  }
  return known === 0 ? undefined : sum / known;
}

/** Milliseconds that owners usually take to the first byte. */
export function usualWait({ owners }: Planning): number {
  let sum = 0;
  let known = 0;
  for (const { pace } of owners.values()) {
    if (pace.waitMs === undefined) continue;
    sum += pace.waitMs;
    known++;
  }
  return known === 0 ? 0 : sum / known;
}

/** Milliseconds of the way to an owner and back: the best that anybody did, since most of a usual wait is its line. */
export function wayMs({ owners }: Planning): number | undefined {
  let least: number | undefined;
  for (const { pace } of owners.values())
    least = Math.min(least ?? Number.POSITIVE_INFINITY, pace.quickestMs ?? Number.POSITIVE_INFINITY);
  return least;
}

/** Milliseconds that what is free takes all owners together; for ever, before one has answered. */
export function leftMs({ board, owners }: Planning): number {
  let rate = 0;
  for (const { pace } of owners.values()) rate += pace.rate ?? 0;
  return board.freeBytes === 0 ? 0 : board.freeBytes / rate;
}
