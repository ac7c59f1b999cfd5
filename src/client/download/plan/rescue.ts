import type { PieceRun } from '../../../base/layout.ts';
import type { Flight } from './flight.ts';
import { gives, type KnownOwner } from './knownOwner.ts';
import { maxAskBytes, rescueMs } from './limits.ts';
import { leftMs, type Planning, usualRate } from './planning.ts';

/** Pieces at the end of an ask of which one is looked for that an idle owner has. */
const looks = 64;
/** Milliseconds from the first byte until the flow itself says how fast it is. */
const steadyMs = 200;

/**
 * At the end, when nothing is left to ask for anew: pieces in flight that an idle owner would bring sooner, those which
 * would come last (the endgame of BEP 3, bounded: each piece is asked of two at most, and only where that saves time).
 */
export function rescue(planning: Planning, owner: KnownOwner, now: number): PieceRun | undefined {
  const usual = usualRate(planning);
  const rate = owner.pace.rate ?? usual;
  if (rate === undefined) return undefined;
  let best: { flight: Flight; piece: number } | undefined;
  let saved = rescueMs;
  const left = leftMs(planning);
  for (const flight of planning.flights.values()) {
    if (flight.owner === owner || flight.overAt !== undefined || flight.run === undefined) continue;
    const piece = lastOf(planning, flight, owner);
    if (piece === undefined) continue;
    const late = comesIn(planning, flight, piece, usual ?? rate, now);
    const gain = late - planning.board.spans.length(piece) / rate;
    if (gain <= saved || late <= left) continue;
    saved = gain;
    best = { flight, piece };
  }
  return best === undefined ? undefined : tail(planning, best.flight, best.piece, owner, rate, now);
}

/** The last piece of an ask that nobody else is asked for and that the owner has. */
function lastOf({ board }: Planning, flight: Flight, owner: KnownOwner): number | undefined {
  for (let piece = flight.end - 1; piece >= Math.max(flight.next, flight.end - looks); piece--) {
    if (flight.holds(piece) && board.asks(piece) === 1 && gives(owner, piece)) return piece;
  }
  return undefined;
}

/** As much of the end of an ask as the owner brings while the other brings the rest. */
function tail(
  planning: Planning,
  flight: Flight,
  last: number,
  owner: KnownOwner,
  rate: number,
  now: number,
): PieceRun {
  const { spans } = planning.board;
  const share = rate / (rate + speed(flight, rate, now));
  const bytes = Math.min(maxAskBytes, toCome(planning, flight, last) * share);
  let first = last;
  while (
    first > flight.next &&
    spans.start(last + 1) - spans.start(first - 1) <= bytes &&
    flight.holds(first - 1) &&
    planning.board.asks(first - 1) === 1 &&
    gives(owner, first - 1)
  ) {
    first--;
  }
  return { first, count: last + 1 - first };
}

/** Bytes from where the flow is to the end of a piece. */
const toCome = ({ board: { spans } }: Planning, { run, received }: Flight, piece: number): number =>
  spans.start(piece + 1) - spans.start(run?.first ?? piece) - received;

/** Bytes a millisecond of an answer that has begun. */
function speed({ flow, headAt, owner }: Flight, usual: number, now: number): number {
  const steady = headAt !== undefined && now - headAt >= steadyMs;
  return Math.max(steady ? flow.rate(now) : (owner.pace.rate ?? usual), Number.MIN_VALUE);
}

/** Milliseconds until an ask has brought a piece. One that waits longer than usual is likely to wait as long again. */
function comesIn(planning: Planning, flight: Flight, piece: number, usual: number, now: number): number {
  const whileMs = toCome(planning, flight, piece) / speed(flight, usual, now);
  if (flight.headAt !== undefined) return whileMs;
  const age = now - flight.askedAt;
  return Math.max(whileMs - age, age / 2);
}
