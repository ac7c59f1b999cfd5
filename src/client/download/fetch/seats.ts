import { silentMs } from '../limits.ts';
import { OwnerFault } from '../plan/faults.ts';
import { ownerKey } from '../plan/owners.ts';
import type { OwnerKey } from '../plan/swarm.ts';
import { readHave } from './have.ts';
import { unheardMs } from './limits.ts';
import { makeRoom, never, type Waiting } from './makeRoom.ts';
import type { Field } from './perform.ts';
import { leftBehind, Seat } from './seat.ts';
import type { Source } from './source.ts';

export interface SeatsOptions {
  /** Most of them at a time. */
  most: number;
  /** A connection that is open already. */
  first: Source | undefined;
  /** Told when a seat has come free. */
  freed(): void;
  /** Told when an owner failed, and one or none is left. */
  few(): void;
  /** Told what no other owner makes good. */
  fail(error: unknown): void;
}

/** Who is at work; who sits down next, and who makes room for that. */
export class Seats {
  readonly #field: Field;
  readonly #options: SeatsOptions;
  readonly #taken = new Map<OwnerKey, Seat>();
  /** When an owner's last seat came free, in flow time. */
  readonly #leftAt = new Map<OwnerKey, number>();
  /** What goes on beside the errands: readers of `have`, owners on their way out. */
  readonly #aside = new Set<Promise<void>>();
  #over = false;

  constructor(field: Field, options: SeatsOptions) {
    this.#field = field;
    this.#options = options;
  }

  get size(): number {
    return this.#taken.size;
  }

  /** Nothing where it is given up: it has left in a moment, and the swarm is told so. */
  at(key: OwnerKey): Seat | undefined {
    const seat = this.#taken.get(key);
    return seat?.closing === false ? seat : undefined;
  }

  /** Who could be asked and has no seat: those who have it whole in their order, then who had none for the longest. */
  waiting(): Waiting[] {
    const { roster, ports } = this.#field.owners;
    return roster
      .available(ports.clock.now())
      .filter(({ owner }) => !this.#taken.has(ownerKey(owner)))
      .map((listed) => ({ ...listed, leftAt: this.#leftAt.get(ownerKey(listed.owner)) ?? never }))
      .sort((a, b) => (a.is === b.is ? (a.is === 'whole' ? 0 : a.leftAt - b.leftAt) : a.is === 'whole' ? -1 : 1));
  }

  /** Seats as many as there is room for, and has others make room. */
  take(): void {
    const waiting = this.waiting();
    const room = Math.max(0, this.#options.most - this.#taken.size);
    for (const listed of waiting.slice(0, room)) this.#sitDown(listed);
    for (const seat of this.#leaving(waiting.slice(room))) {
      seat.close(new OwnerFault('cut', 'it made room for another'));
      this.#goesOn(this.#leave(seat));
    }
  }

  /** True where all seats are taken, and somebody without one may be better than this one. */
  inTheWay({ is }: Seat): boolean {
    const full = this.#taken.size >= this.#options.most;
    return full && this.waiting().some((one) => one.is === 'whole' || is === 'partial');
  }

  /** True where somebody may have what nobody at work has: who was not heard since then, or has all of it. In flow time. */
  hopes(since: number): boolean {
    const unheard = (leftAt: number | undefined): boolean => (leftAt ?? never) < since;
    if (this.waiting().some(({ is, leftAt }) => is === 'whole' || unheard(leftAt))) return true;
    const early = this.#field.owners.flow.now() - unheardMs;
    return [...this.#taken.values()].some(({ key, idleSince }) => idleSince > early && unheard(this.#leftAt.get(key)));
  }

  /** The roll was asked: there are fresh tickets. */
  renew(): void {
    const { roster } = this.#field.owners;
    for (const seat of this.#taken.values()) seat.renew(roster.newest(seat.owner));
  }

  failed(seat: Seat, error: unknown): void {
    if (this.#field.owners.request.signal.aborted) return;
    if (error instanceof OwnerFault) this.drop(seat, error);
    else this.#options.fail(error);
  }

  drop(seat: Seat, fault: OwnerFault): void {
    if (seat.closing || this.#over) return;
    seat.close(fault);
    this.#field.owners.failed(seat.owner, fault);
    const left = this.#leave(seat).then(() => {
      if (this.#taken.size <= 1) this.#options.few();
    });
    this.#goesOn(left);
  }

  /** Ends one connection of a seat, with what goes on on it. */
  hangUp(seat: Seat, lane: Source, why: OwnerFault): void {
    this.#goesOn(seat.hangUp(lane, why));
  }

  /** Everybody leaves. Resolves once nothing goes on any more. */
  async close(): Promise<void> {
    this.#over = true;
    const seats = [...this.#taken.values()];
    this.#reportSilent(seats);
    for (const seat of seats) seat.close(new OwnerFault('cut', 'it is not needed any more'));
    await Promise.all(seats.map((seat) => this.#field.errands.clear(seat)));
    await Promise.all(this.#aside);
    await Promise.all(seats.map((seat) => seat[Symbol.asyncDispose]()));
  }

  #sitDown(listed: Waiting): void {
    const { owners, swarm, poke } = this.#field;
    const { first } = this.#options;
    const seat = new Seat(listed, owners.flow.now(), (owner) => owners.connect(owner));
    this.#taken.set(seat.key, seat);
    if (first?.over === false && ownerKey(first.owner) === seat.key) seat.adopt(first);
    swarm.joined(seat.key, seat.is, seat.heardAt);
    if (seat.is === 'partial') this.#goesOn(this.#readHave(seat));
    poke();
  }

  #leaving(waiting: readonly Waiting[]): Seat[] {
    const { errands, owners } = this.#field;
    return makeRoom([...this.#taken.values()], waiting, errands, owners.flow.now());
  }

  async #readHave(seat: Seat): Promise<void> {
    const { owners, swarm, target, poke } = this.#field;
    const lane = seat.lane();
    try {
      await readHave(lane, target, (runs) => {
        seat.heardAt = owners.flow.now();
        if (runs.length > 0) swarm.has(seat.key, runs);
        poke();
      });
      seat.giveBack(lane);
    } catch (error) {
      this.failed(seat, error);
    }
  }

  /** The pieces that have come whole count, so they are waited for before their owner is forgotten. */
  async #leave(seat: Seat): Promise<void> {
    await this.#field.errands.clear(seat);
    await seat[Symbol.asyncDispose]();
    this.#field.swarm.left(seat.key);
    this.#taken.delete(seat.key);
    this.#leftAt.set(seat.key, this.#field.owners.flow.now());
    this.#field.poke();
    this.#options.freed();
  }

  #goesOn(aside: Promise<void>): void {
    const done = aside.catch((error: unknown) => this.#options.fail(error)).finally(() => this.#aside.delete(done));
    this.#aside.add(done);
  }

  /** The others were done before anybody had to be let go of. */
  #reportSilent(seats: readonly Seat[]): void {
    const { owners, errands, target } = this.#field;
    const since = owners.flow.now() - silentMs;
    for (const seat of seats) {
      if (target.whole && seat.heardAt <= since && errands.some(seat))
        owners.failed(seat.owner, leftBehind(seat, owners.flow.now()));
    }
  }
}
