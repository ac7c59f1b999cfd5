import type { SessionId } from '../base/ids.ts';
import type { UserName } from '../base/names.ts';
import type { Peer } from './directory.ts';
import { compareText } from './fold.ts';

/** A session that is listed. */
export interface Seat {
  /** Replaced and never changed in place, since answers hold on to it. */
  peer: Peer;
  resources: number;
  /** In the names, descriptions and audiences of its resources. */
  characters: number;
  /** True from its leave on: its rows are no longer seen, though it takes a while to take them off. */
  left: boolean;
}

/** Who is here: seats by session, and in the order of users, then sessions. */
export class Seats {
  readonly #bySession = new Map<SessionId, Seat>();
  readonly #byUser: Seat[] = [];

  get size(): number {
    return this.#byUser.length;
  }

  get(session: SessionId): Seat | undefined {
    return this.#bySession.get(session);
  }

  add(seat: Seat): void {
    this.#bySession.set(seat.peer.session, seat);
    this.#byUser.splice(this.#indexFrom(seat.peer.user, seat.peer.session), 0, seat);
  }

  remove(seat: Seat): void {
    this.#bySession.delete(seat.peer.session);
    this.#byUser.splice(this.#indexFrom(seat.peer.user, seat.peer.session), 1);
  }

  /** The seats behind a place, or all. */
  *behind(place: { user: UserName; session: SessionId } | undefined): Generator<Seat> {
    const start = place ? this.#indexFrom(place.user, place.session + 1) : 0;
    for (let at = start; at < this.#byUser.length; at++) {
      const seat = this.#byUser[at];
      if (seat !== undefined) yield seat;
    }
  }

  #indexFrom(user: UserName, session: number): number {
    let [low, high] = [0, this.#byUser.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const peer = this.#byUser[middle]?.peer;
      if (peer !== undefined && (compareText(peer.user, user) || peer.session - session) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
