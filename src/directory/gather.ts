import type { PeerState } from '../base/roll.ts';
import { rowWeightBytes, turnBytes } from './limits.ts';
import type { Pattern } from './pattern.ts';
import { fits, type Part, type Place, partsOf, placeOf } from './place.ts';
import type { Rows } from './rows.ts';
import type { SortedRows } from './sortedRows.ts';
import type { Walk } from './walk.ts';

/** What to go through, and in which order. */
export interface View {
  order: SortedRows;
  /** What `order` sorts a place by first. */
  key: (place: Place) => Uint8Array;
  /** Only rows that agree with it are told. They lie side by side in `order`. */
  bounds: Place;
  /** Rows that agree in these parts, which lie side by side too, are told the alive first. */
  group: readonly Part[];
  /** What a key has to contain. */
  pattern?: Pattern | undefined;
  /** Goes on behind this place, which was reached among the alive or the suspect of its group. */
  behind?: { place: Place; state: PeerState } | undefined;
  isVisible: (row: number) => boolean;
}

/**
 * Tells `take` the visible rows of a view in order, until it answers false. Goes twice through a group that has
 * suspects: so a peer may change its state, and with it the place of all its rows, for nothing. While it pauses, for
 * others to have their turn, it holds on to a place and never to a row, since rows come and go.
 */
export async function gather(
  rows: Rows,
  view: View,
  take: (row: number) => boolean,
  pause: () => Promise<void>,
): Promise<void> {
  const { order, key, bounds, pattern, behind } = view;
  const from = (place: Place, after = false): Walk => order.walk(key(place), place, after);
  let walk = behind ? from(behind.place, true) : from(bounds);
  /** The rest of the group that was being told, if this view shows it: the cursor may be that of another search. */
  let group = behind && hasPattern(key(behind.place), pattern) ? partsOf(behind.place, view.group) : undefined;
  let pass = behind?.state ?? 'alive';
  /** Whether the first pass through this group left suspects out, or may have. */
  let skipped = group !== undefined && pass === 'alive';
  let looked = 0;
  for (;;) {
    if (looked >= turnBytes && walk.row !== undefined) {
      const here = placeOf(rows, walk.row);
      await pause();
      walk = from(here);
      looked = 0;
    }
    const { row } = walk;
    if (group !== undefined && row !== undefined && fits(rows, row, group)) {
      looked += rowWeightBytes;
      if (view.isVisible(row)) {
        if (rows.seat(row).peer.state !== pass) skipped ||= pass === 'alive';
        else if (!take(row)) return;
      }
      walk.next();
    } else if (group !== undefined && skipped) {
      pass = 'suspect';
      skipped = false;
      walk = from(group);
    } else {
      group = undefined;
      pass = 'alive';
      if (pattern !== undefined) {
        const { found, bytes } = walk.toMatch(pattern, turnBytes - looked);
        looked += bytes;
        if (!found && walk.row !== undefined) continue;
      }
      if (walk.row === undefined || !fits(rows, walk.row, bounds)) return;
      group = partsOf(placeOf(rows, walk.row), view.group);
    }
  }
}

const hasPattern = (key: Uint8Array, pattern: Pattern | undefined): boolean =>
  pattern === undefined || Buffer.from(key).indexOf(pattern.bytes) !== -1;
