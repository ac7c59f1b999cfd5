import { appetite } from './appetite.ts';
import { gives, type KnownOwner } from './knownOwner.ts';
import { choiceMs } from './limits.ts';
import { offer } from './offer.ts';
import { nextIn, nextOut, type PieceSet, type Selection } from './pieceSet.ts';
import type { Planning } from './planning.ts';
import { rarest } from './rarest.ts';
import type { Ask } from './swarm.ts';

type Want = Ask['want'];

/**
 * What to ask an owner for that is asked of nobody yet. First what somebody was slow with; then, of a whole owner, what
 * only whole ones have, since it is they whom a crowd waits for; then what is rarest. Nothing where it has nothing.
 */
export function choose(planning: Planning, owner: KnownOwner, now: number): Want | undefined {
  const { board, random } = planning;
  const { free, lonely, offered, urgent } = board;
  if (board.freeBytes === 0 || owner.dryAt === board.released) return undefined;
  const has = owner.has === undefined ? [] : [owner.has];
  const shared = appetite(planning, owner, false);
  const among = (all: PieceSet[], without?: PieceSet): Want | undefined => {
    const run = rarest(board, { all: [...all, ...has], without }, shared, random);
    return run === undefined ? undefined : { run };
  };
  const want =
    (board.hasUrgent ? among([urgent]) : undefined) ??
    (owner.whole ? alone(planning, owner, { all: [free, lonely, ...has], without: offered }) : undefined) ??
    among([free], offered) ??
    (mayIntrude(planning, owner, now) ? among([free]) : undefined);
  if (want === undefined && nextIn({ all: [free, ...has] }, 0) === free.count) owner.dryAt = board.released;
  return want;
}

/** What nobody else is known to have: as the owner likes best, or in a row where its liking makes short runs. */
function alone(planning: Planning, owner: KnownOwner, selection: Selection): Want | undefined {
  const { board, owners, origin } = planning;
  const bytes = appetite(planning, owner, true);
  const trading = [...owners.values()].some(({ whole }) => !whole);
  const row = !trading && (owner.brief || (owners.size === 1 && !board.spans.even && owner.pace.answers > 0));
  if (!row) return offer(planning, selection, bytes);
  const { count } = board.spans;
  const ahead = nextIn(selection, origin);
  const first = ahead < count ? ahead : nextIn(selection, 0);
  return first < count ? { run: board.spans.fit(first, nextOut(selection, first), bytes) } : undefined;
}

/**
 * May be asked for what another whole owner is choosing from: it may choose the same, though it is unlikely to choose
 * what a partial owner has already got.
 */
function mayIntrude({ flights }: Planning, owner: KnownOwner, now: number): boolean {
  for (const flight of flights.values()) {
    if (flight.offer.length === 0 || flight.overAt !== undefined) continue;
    if (flight.owner === owner || (owner.whole && now - flight.askedAt < choiceMs)) return false;
  }
  return true;
}

/** Pieces that it once gave wrongly, and that nobody else has. */
export function lastResort({ board, owners }: Planning, owner: KnownOwner): number[] {
  return [...owner.bad].filter(
    (piece) => board.free.has(piece) && ![...owners.values()].some((other) => other !== owner && gives(other, piece)),
  );
}
