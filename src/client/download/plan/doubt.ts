import type { Flight } from './flight.ts';
import { givesAll } from './knownOwner.ts';
import { doubtMs, doubtWaits, keepDoubtedMs, maxDoubtMs, trickleMs, trickleProofMs, trickleShare } from './limits.ts';
import { type Planning, usualRate, usualWait } from './planning.ts';

/** Frees what silent and trickling asks do not bring, and gives it back to those that flow again. */
export function doubtTheSlow(planning: Planning, now: number): void {
  const patience = Math.min(maxDoubtMs, Math.max(doubtMs, usualWait(planning) * doubtWaits));
  for (const flight of planning.flights.values()) {
    if (flight.overAt !== undefined) continue;
    flight.trickledAt = trickles(planning, flight, now) ? (flight.trickledAt ?? now) : undefined;
    const slow =
      now - flight.lastAt >= patience || (flight.trickledAt !== undefined && now - flight.trickledAt >= trickleProofMs);
    if (slow && flight.doubtedAt === undefined && planning.owners.size > 1) flight.doubt(now);
    if (!slow && flight.doubtedAt !== undefined) flight.trust();
  }
}

/** It would take long to its end, and the others' asks flow much faster, as far as that is known. */
function trickles(planning: Planning, { flow, headAt, lastAt, owner, received, run }: Flight, now: number): boolean {
  if (run === undefined || headAt === undefined || now - headAt < doubtMs) return false;
  const usual = usualRate(planning, owner);
  // Silence since then is another matter.
  const rate = flow.rate(lastAt);
  if (usual !== undefined && rate >= usual * trickleShare) return false;
  return (planning.board.spans.bytes(run) - received) / Math.max(rate, Number.MIN_VALUE) > trickleMs;
}

/** An ask that was doubted long enough, while others could bring all of it, and have shown that they bring something. */
export function hopeless({ board, owners }: Planning, flight: Flight, now: number): boolean {
  if (flight.doubtedAt === undefined || now - flight.doubtedAt < keepDoubtedMs) return false;
  const wanted = flight.run === undefined ? flight.offer : [{ first: flight.next, count: flight.end - flight.next }];
  const others = [...owners.values()].filter(
    (other) => other !== flight.owner && other.doubted === 0 && other.pace.waitMs !== undefined,
  );
  return wanted.every(({ first, count }) => {
    if (others.some((other) => givesAll(other, first, first + count))) return true;
    for (let piece = first; piece < first + count; piece++) {
      if (board.here.has(piece)) continue;
      if (!others.some((other) => givesAll(other, piece, piece + 1))) return false;
    }
    return true;
  });
}
