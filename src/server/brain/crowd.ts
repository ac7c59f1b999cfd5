import type { Fingerprint } from '../../base/ids.ts';
import type { Random } from '../../base/random.ts';
import type { Session } from './sessions.ts';
import { Urn } from './urn.ts';

/**
 * The sessions that can be asked for pieces of one content, by address. A machine is as fast as its cable however many
 * sessions it has, and keys cost nothing: so each address is drawn before any is drawn twice, and there each key once.
 */
export class Crowd {
  readonly #addresses = new Urn<string>();
  readonly #at = new Map<string, Urn<Session>>();
  readonly #where = new Map<Session, string>();

  get size(): number {
    return this.#where.size;
  }

  /** Puts a session in at an address, or moves it there. */
  put(session: Session, address: string): void {
    if (this.#where.get(session) === address) return;
    this.delete(session);
    this.#where.set(session, address);
    const urn = this.#at.get(address) ?? new Urn<Session>();
    this.#at.set(address, urn);
    this.#addresses.add(address);
    urn.add(session);
  }

  delete(session: Session): void {
    const address = this.#where.get(session);
    if (address === undefined) return;
    this.#where.delete(session);
    const urn = this.#at.get(address);
    urn?.delete(session);
    if (urn?.size !== 0) return;
    this.#at.delete(address);
    this.#addresses.delete(address);
  }

  /** At most `count` of those that fit, by chance: one at each address, then another at each, and so on. */
  draw(count: number, random: Random, fits: (session: Session) => boolean): Session[] {
    const drawn: Session[] = [];
    const deal = (hand: Generator<Session, void>): boolean => {
      const next = hand.next();
      if (!next.done) drawn.push(next.value);
      return !next.done;
    };
    let hands: Generator<Session, void>[] = [];
    for (const address of this.#addresses.shuffled(random)) {
      if (drawn.length === count) return drawn;
      const hand = this.#hand(address, random, fits);
      if (deal(hand)) hands.push(hand);
    }
    while (drawn.length < count && hands.length > 0) {
      hands = hands.filter((hand) => drawn.length < count && deal(hand));
    }
    return drawn;
  }

  /** Those at an address that fit, in random order, one of each key. */
  *#hand(address: string, random: Random, fits: (session: Session) => boolean): Generator<Session, void> {
    const keys = new Set<Fingerprint | undefined>();
    for (const session of this.#at.get(address)?.shuffled(random) ?? []) {
      if (keys.has(session.fingerprint) || !fits(session)) continue;
      keys.add(session.fingerprint);
      yield session;
    }
  }
}
