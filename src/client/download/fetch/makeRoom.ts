import type { Listed } from '../plan/owners.ts';
import { changeMs, makeRoomMs, unheardMs } from './limits.ts';

/** What counts of a seat here. */
export interface Sitting {
  readonly is: Listed['is'];
  readonly closing: boolean;
  /** Since when it does nothing, in flow time. */
  readonly idleSince: number;
}

/** Somebody without a seat. */
export interface Waiting extends Listed {
  /** When its last seat came free, in flow time; `never` where it had none. */
  leftAt: number;
}

/** Before any time. */
export const never: number = Number.MIN_SAFE_INTEGER;

/** What goes on at the seats. */
export interface Work<Seat> {
  has(seat: Seat): boolean;
  readonly none: boolean;
}

/**
 * Who does nothing and leaves its seat to one of `waiting`, whose first are the next to sit down: an owner of a part to
 * one of all almost at once; anybody to one that was not heard lately, where nobody has anything for us; and else after
 * a while, so that nobody comes and goes all the time.
 */
export function makeRoom<Seat extends Sitting>(
  seats: readonly Seat[],
  waiting: readonly Waiting[],
  work: Work<Seat>,
  now: number,
): Seat[] {
  const closing = seats.filter((seat) => seat.closing).length;
  const idle = seats.filter((seat) => !seat.closing && !work.has(seat));
  idle.sort((a, b) => Number(a.is === 'whole') - Number(b.is === 'whole') || a.idleSince - b.idleSince);
  return idle.filter((seat, at) => {
    const next = waiting[closing + at];
    return next !== undefined && now - seat.idleSince >= patience(seat, next, work.none, now);
  });
}

/** Milliseconds. */
function patience(seat: Sitting, next: Waiting, nobodyWorks: boolean, now: number): number {
  if (next.is === 'whole' && seat.is === 'partial') return makeRoomMs;
  return nobodyWorks && now - next.leftAt >= changeMs ? unheardMs : changeMs;
}
