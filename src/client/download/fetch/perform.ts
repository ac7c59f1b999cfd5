import { badPiecesToBan } from '../limits.ts';
import { OwnerFault } from '../plan/faults.ts';
import { ownerName } from '../plan/owners.ts';
import { busyWaitMs } from '../plan/roster.ts';
import type { Swarm } from '../plan/swarm.ts';
import type { Target, Verdicts } from '../write/target.ts';
import type { Errand, Errands } from './errands.ts';
import type { Owners } from './owners.ts';
import type { Seat } from './seat.ts';
import type { Source } from './source.ts';
import { askFor } from './want.ts';

/** Told of each piece that was verified and written: whose it was, and its bytes. */
export type Fetched = (owner: string, bytes: number) => void;

/** Where an errand is carried out, and who is told of it. */
export interface Field {
  readonly owners: Owners;
  readonly target: Target;
  readonly swarm: Swarm;
  readonly errands: Errands;
  readonly fetched: Fetched;
  /** Something happened that the swarm may act upon. */
  poke(): void;
  /** A piece has come. */
  moved(): void;
  /** True where somebody who has no seat could be asked instead of this one, in whose line we would stand. */
  inTheWay(seat: Seat): boolean;
  failed(seat: Seat, error: unknown): void;
}

/** Brings what was asked for to the disk, as far as it comes. Never fails: `field` is told. */
export async function carryOut(errand: Errand, field: Field): Promise<void> {
  const { ask, seat } = errand;
  try {
    await perform(errand, field);
  } catch (error) {
    const fault = error instanceof OwnerFault ? error : undefined;
    // Nobody waits for what was cancelled, but a full disk is one.
    if (errand.cancelled && fault !== undefined) return;
    if (fault?.kind === 'absent') field.swarm.failed(ask.id, 'refused', field.owners.flow.now());
    else field.failed(seat, error);
  } finally {
    if (errand.lane !== undefined) seat.giveBack(errand.lane);
    field.poke();
  }
}

/** Where the owner is busy, waits for a turn. */
async function perform(errand: Errand, field: Field): Promise<void> {
  const { roster, ports } = field.owners;
  while (!errand.cancelled && !errand.seat.closing) {
    const lane = errand.lane ?? errand.seat.lane();
    lane.renew(errand.seat.owner);
    errand.lane = lane;
    try {
      return await fetchRun(errand, lane, field);
    } catch (error) {
      const busy = error instanceof OwnerFault && error.kind === 'busy' && !lane.over;
      if (!busy || field.inTheWay(errand.seat) || !roster.standsInLine(ports.clock.now())) throw error;
      errand.waiting = true;
      errand.seat.heardAt = field.owners.flow.now();
      if (field.errands.allWait) field.owners.tellWaiting(errand.seat.owner, error);
      await lane.rest(busyWaitMs(error, ports.random));
    }
  }
}

async function fetchRun(errand: Errand, lane: Source, field: Field): Promise<void> {
  const { ask, seat } = errand;
  const { target, swarm, owners } = field;
  const { run, answer } = await askFor(lane, target, ask.want);
  errand.waiting = false;
  seat.heardAt = owners.flow.now();
  if (ask.want.of !== undefined && !swarm.chosen(ask.id, run)) {
    throw new OwnerFault('bad', 'it chose pieces that it was not asked for');
  }
  const sink = target.open(run, verdicts(errand, field));
  try {
    await lane.read(answer, (chunk) => {
      seat.heardAt = owners.flow.now();
      swarm.received(ask.id, chunk.length, seat.heardAt);
      field.poke();
      return sink.take(chunk);
    });
    if (!errand.cancelled) swarm.ended(ask.id, owners.flow.now());
    field.errands.ended(errand);
    errand.lane = undefined;
    seat.giveBack(lane);
    field.poke();
  } finally {
    await sink.settle();
  }
}

function verdicts(errand: Errand, { owners, swarm, ...field }: Field): Verdicts {
  const { ask, seat } = errand;
  return {
    verified(_, bytes) {
      if (bytes === 0) return;
      field.moved();
      owners.roster.progressed(seat.owner);
      field.fetched(ownerName(seat.owner), bytes);
    },
    bad(piece) {
      if (!errand.cancelled) swarm.bad(ask.id, piece);
      const count = owners.badPiece(seat.owner, piece);
      if (count >= badPiecesToBan) field.failed(seat, new OwnerFault('bad', `${count} of its pieces do not verify`));
      field.poke();
    },
  };
}
