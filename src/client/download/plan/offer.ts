import type { PieceRun } from '../../../base/layout.ts';
import { maxRuns } from '../../../net/wire/pieces.ts';
import { maxUnevenOffer, minOffer } from './limits.ts';
import { nextIn, nextOut, type Selection } from './pieceSet.ts';
import { type Planning, wholeOwners } from './planning.ts';

export interface Offer {
  of: PieceRun[];
  most: number;
}

/**
 * Selected pieces for a whole owner to choose from, and how many make up `bytes`. It sends what it has sent to the fewest,
 * so that newcomers who face a single owner get different pieces to trade, as BEP 16 has it (super seeding), but by their
 * own asking. Something is left for the other whole owners.
 */
export function offer(planning: Planning, selection: Selection, bytes: number): Offer | undefined {
  if (nextIn(selection, 0) === planning.board.spans.count) return undefined;
  return planning.board.spans.even ? evenOffer(planning, selection, bytes) : unevenOffer(planning, selection, bytes);
}

/** Long runs first: where the owner begins in them is up to it, and crumbs cost as many asks as long runs. */
function evenOffer(planning: Planning, selection: Selection, bytes: number): Offer | undefined {
  const { board, random } = planning;
  const { spans } = board;
  const most = Math.max(1, Math.min(spans.count, Math.floor(bytes / spans.length(0))));
  const free = Math.ceil(board.freeBytes / spans.length(0));
  const wholes = wholeOwners(planning);
  const limit = wholes === 1 ? Math.max(minOffer, most, free / 2) : Math.max(most, free / (wholes + 1));
  const origin = Math.floor(random() * spans.count);
  const of = around(spans.count, origin, selection, limit, most / 2);
  if (of.length > 0) return { of, most };
  const crumbs = around(spans.count, origin, selection, limit, 1);
  return crumbs.length > 0 ? { of: crumbs, most } : undefined;
}

/** Runs of at least `least` pieces, from `origin` on to the end and then from the start, up to `limit` pieces in all. */
function around(count: number, origin: number, selection: Selection, limit: number, least: number): PieceRun[] {
  const of: PieceRun[] = [];
  let left = Math.ceil(limit);
  const collect = (from: number, to: number): void => {
    for (let first = nextIn(selection, from); first < to && left > 0 && of.length < maxRuns; ) {
      const end = Math.min(to, nextOut(selection, first));
      const run = { first, count: Math.min(left, end - first) };
      if (end - first >= least) {
        of.push(run);
        left -= run.count;
      }
      first = nextIn(selection, end);
    }
  };
  collect(origin, count);
  const after = of.length;
  collect(0, origin);
  return apart([...of.slice(after), ...of.slice(0, after)]);
}

/** Touching runs as one: an owner's choice may reach over both. */
function apart(runs: readonly PieceRun[]): PieceRun[] {
  const joined: PieceRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last !== undefined && last.first + last.count === run.first) last.count += run.count;
    else joined.push({ ...run });
  }
  return joined;
}

/**
 * Pieces of a folder differ in length, and `most` counts pieces: hence runs apart of which each is `bytes` at most,
 * whichever the owner likes.
 */
function unevenOffer(planning: Planning, selection: Selection, bytes: number): Offer | undefined {
  const { board, random } = planning;
  const { spans } = board;
  const of: PieceRun[] = [];
  const limit = Math.max(bytes, board.freeBytes / (wholeOwners(planning) + 1));
  let offered = 0;
  let looked = 0;
  const collect = (from: number, to: number): void => {
    for (let first = nextIn(selection, from); first < to && of.length < maxRuns; ) {
      if (offered >= limit || looked >= maxUnevenOffer) return;
      const run = spans.fit(first, Math.min(to, nextOut(selection, first)), bytes);
      of.push(run);
      offered += spans.bytes(run);
      looked += run.count;
      const gap = nextIn(selection, first + run.count);
      first = gap > first + run.count ? gap : skip(gap, to);
    }
  };
  /** Runs that touch could be taken for one: what comes right behind one is left for another time. */
  const skip = (gap: number, to: number): number =>
    gap >= to ? to : nextIn(selection, gap + spans.fit(gap, Math.min(to, nextOut(selection, gap)), bytes).count);
  const origin = Math.floor(random() * spans.count);
  collect(origin, spans.count);
  const after = of.length;
  collect(0, origin);
  if (of.length === 0) return undefined;
  const sorted = apart([...of.slice(after), ...of.slice(0, after)]);
  return { of: sorted, most: Math.max(...sorted.map(({ count }) => count)) };
}
