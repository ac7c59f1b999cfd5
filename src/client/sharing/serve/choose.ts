import type { PieceRun } from '../../../base/layout.ts';
import type { Random } from '../../../base/random.ts';

export interface Candidates {
  /** Sorted and apart. */
  of: readonly PieceRun[];
  /** Pieces that are not here are not chosen. */
  has(piece: number): boolean;
  /** How often a piece was sent. */
  sent(piece: number): number;
}

/**
 * Chooses 1 to `most` pieces in a row that were sent the fewest times, so that a source that faces a crowd sends each
 * piece once before any twice (as super-seeding, BEP 16). Ties are broken at random among stretches of `most` pieces,
 * not among single ones, so that what is left stays in one piece and later runs can be long too.
 * @returns nothing where none of them is here
 */
export function choose(candidates: Candidates, most: number, random: Random): PieceRun | undefined {
  const stretches = leastSent(candidates);
  const parts = stretches.reduce((sum, { count }) => sum + Math.ceil(count / most), 0);
  let chosen = Math.floor(random() * parts);
  for (const { first, count } of stretches) {
    const here = Math.ceil(count / most);
    if (chosen < here) return { first: first + chosen * most, count: Math.min(most, count - chosen * most) };
    chosen -= here;
  }
  return undefined;
}

/** The pieces that were sent the fewest times, as runs. */
function leastSent({ of, has, sent }: Candidates): PieceRun[] {
  let least = Number.POSITIVE_INFINITY;
  let runs: PieceRun[] = [];
  for (const { first, count } of of) {
    let run: PieceRun | undefined;
    for (let piece = first; piece < first + count; piece++) {
      const times = has(piece) ? sent(piece) : Number.POSITIVE_INFINITY;
      if (times < least) {
        least = times;
        runs = [];
        run = undefined;
      }
      if (times > least || times === Number.POSITIVE_INFINITY) run = undefined;
      else if (run !== undefined) run.count += 1;
      else {
        run = { first: piece, count: 1 };
        runs.push(run);
      }
    }
  }
  return runs;
}
