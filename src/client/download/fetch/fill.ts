import { every } from '../../../base/clock.ts';
import { lookMs, silentMs, starvedMs } from '../limits.ts';
import { OwnerFault } from '../plan/faults.ts';
import { openSwarm } from '../plan/openSwarm.ts';
import { type Listed, ownerKey } from '../plan/owners.ts';
import type { Order, OwnerKey } from '../plan/swarm.ts';
import type { Target } from '../write/target.ts';
import { Errands, mostErrands } from './errands.ts';
import { readHave } from './have.ts';
import { News } from './news.ts';
import type { Owners } from './owners.ts';
import { carryOut, type Fetched, type Field } from './perform.ts';
import { leftBehind, Seat } from './seat.ts';
import type { Source } from './source.ts';

const nobody = (): void => {};

/** Performs what the swarm orders, until a target is whole. */
export class Fill {
  readonly #field: Field;
  readonly #news: News;
  readonly #seats = new Map<OwnerKey, Seat>();
  /** Most seats at a time. */
  readonly #most: number;
  /** What goes on beside the errands: readers of `have`, owners on their way out. */
  readonly #aside = new Set<Promise<void>>();
  /** A connection that is open already. */
  readonly #first: Source | undefined;
  #failure: { error: unknown } | undefined;
  #wake: () => void = nobody;
  /** Told where nobody is at work and somebody could be. */
  #welcome: () => void = nobody;
  #poked = false;
  #over = false;
  #timer: Disposable | undefined;
  /** When a piece came last, or somebody had us stand in line, milliseconds. */
  #movedAt: number;

  constructor(target: Target, fetched: Fetched, owners: Owners, first: Source | undefined) {
    const { clock, random } = owners.ports;
    const asks = mostErrands(target.layout);
    this.#most = Math.max(1, Math.min(owners.request.maxOwners, asks));
    this.#first = first;
    this.#movedAt = clock.now();
    this.#field = {
      owners,
      target,
      fetched,
      swarm: openSwarm({ layout: target.layout, has: (piece) => target.has(piece), random }),
      errands: new Errands(asks, (errand) => carryOut(errand, this.#field)),
      poke: () => this.#poke(),
      moved: () => {
        this.#movedAt = clock.now();
      },
      hasIdle: () => this.#unseated().length > 0,
      failed: (seat, error) => this.#failed(seat, error),
    };
    const watch = (changed: () => void): Disposable => owners.request.watchOwners(changed);
    this.#news = new News({ clock, watch, ask: () => this.#refresh() });
  }

  /** To be called once. @throws as Crowd.fill */
  async run(): Promise<void> {
    const { owners, target } = this.#field;
    const { signal } = owners.request;
    const stop = (): void => this.#wake();
    signal.addEventListener('abort', stop);
    using _watch = target.watch((piece) => this.#verified(piece));
    using _news = this.#news;
    using _looks = every(owners.ports.clock, lookMs, () => this.#lookAround());
    try {
      while (!target.whole && this.#failure === undefined) {
        signal.throwIfAborted();
        this.#seatAll();
        await this.#somethingHappens();
      }
    } finally {
      signal.removeEventListener('abort', stop);
      await this.#close();
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #somethingHappens(): Promise<void> {
    const atWork = this.#seats.size > 0;
    const happens = new Promise<void>((resolve) => {
      if (atWork) this.#wake = resolve;
      else this.#welcome = resolve;
    });
    await (atWork ? happens : this.#field.owners.anew(happens));
  }

  /** Who could be asked and has no seat. */
  #unseated(): Listed[] {
    const { roster, ports } = this.#field.owners;
    return roster.available(ports.clock.now()).filter(({ owner }) => !this.#seats.has(ownerKey(owner)));
  }

  #seatAll(): void {
    const { owners, swarm } = this.#field;
    for (const listed of this.#unseated().slice(0, this.#most - this.#seats.size)) {
      const seat = new Seat(listed, owners.flow.now(), (owner) => owners.connect(owner));
      this.#seats.set(seat.key, seat);
      if (this.#first?.over === false && ownerKey(this.#first.owner) === seat.key) seat.adopt(this.#first);
      swarm.joined(seat.key, seat.is, seat.heardAt);
      if (seat.is === 'partial') this.#goesOn(this.#readHave(seat));
      this.#poke();
    }
  }

  async #readHave(seat: Seat): Promise<void> {
    const lane = seat.lane();
    try {
      await readHave(lane, this.#field.target, (runs) => {
        seat.heardAt = this.#field.owners.flow.now();
        if (runs.length > 0) this.#field.swarm.has(seat.key, runs);
        this.#poke();
      });
      seat.giveBack(lane);
    } catch (error) {
      this.#failed(seat, error);
    }
  }

  /** One step a turn of the loop is enough, however much happens in it. */
  #poke(): void {
    if (this.#poked || this.#over) return;
    this.#poked = true;
    setImmediate(() => {
      this.#poked = false;
      if (!this.#over) this.#step();
    });
  }

  #step(): void {
    const { swarm, owners } = this.#field;
    try {
      for (const order of swarm.step(owners.flow.now())) this.#obey(order);
    } catch (error) {
      this.#fail(error);
    }
    this.#timer?.[Symbol.dispose]();
    this.#timer = owners.ports.clock.after(swarm.lookMs, () => this.#poke());
  }

  #lookAround(): void {
    const { owners, errands } = this.#field;
    const now = owners.ports.clock.now();
    if (errands.someWait) this.#movedAt = now;
    const starved = errands.none && this.#seats.size > 0 && now - this.#movedAt >= starvedMs;
    if (starved) this.#fail(owners.verdict('those who have a part of it lack the rest'));
    this.#wake();
  }

  #obey(order: Order): void {
    switch (order.order) {
      case 'ask': {
        const seat = this.#seats.get(order.ask.owner);
        // One that is closing has left in a moment, and the swarm is told so.
        if (seat?.closing === false) this.#field.errands.add(order.ask, seat);
        break;
      }
      case 'cancel': {
        const errand = this.#field.errands.cancel(order.ask);
        if (errand?.lane === undefined) break;
        this.#goesOn(errand.seat.hangUp(errand.lane, new OwnerFault('cut', 'others were faster')));
        break;
      }
      case 'leave': {
        const seat = this.#seats.get(order.owner);
        if (seat !== undefined) this.#drop(seat, leftBehind(seat, this.#field.owners.flow.now()));
        break;
      }
    }
  }

  #verified(piece: number): void {
    this.#field.swarm.verified(piece);
    this.#poke();
    if (this.#field.target.whole) this.#wake();
  }

  #failed(seat: Seat, error: unknown): void {
    if (this.#field.owners.request.signal.aborted) return;
    if (error instanceof OwnerFault) this.#drop(seat, error);
    else this.#fail(error);
  }

  /** What no other owner makes good: the disk is full. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  #drop(seat: Seat, fault: OwnerFault): void {
    if (seat.closing || this.#over) return;
    seat.close(fault);
    this.#field.owners.failed(seat.owner, fault);
    this.#goesOn(this.#leave(seat));
  }

  /** The pieces that have come whole count, so they are waited for before their owner is forgotten. */
  async #leave(seat: Seat): Promise<void> {
    await this.#field.errands.clear(seat);
    await seat[Symbol.asyncDispose]();
    this.#field.swarm.left(seat.key);
    this.#seats.delete(seat.key);
    if (this.#seats.size === 1) this.#news.hurry();
    this.#poke();
    this.#wake();
  }

  /** Those who failed rest while others are at work; where those have nothing to give, everybody has another chance. */
  async #refresh(): Promise<void> {
    const { owners, errands } = this.#field;
    const listed = await owners.ask('debug');
    if (this.#seats.size > 0 && errands.none) owners.roster.refresh(listed);
    else owners.roster.update(listed);
    for (const seat of this.#seats.values()) seat.renew(owners.roster.newest(seat.owner));
    this.#wake();
    if (this.#unseated().length > 0) this.#welcome();
  }

  #goesOn(aside: Promise<void>): void {
    const done = aside.catch((error: unknown) => this.#fail(error)).finally(() => this.#aside.delete(done));
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

  async #close(): Promise<void> {
    this.#over = true;
    this.#timer?.[Symbol.dispose]();
    const seats = [...this.#seats.values()];
    this.#reportSilent(seats);
    for (const seat of seats) seat.close(new OwnerFault('cut', 'it is not needed any more'));
    await Promise.all(seats.map((seat) => this.#field.errands.clear(seat)));
    await Promise.all(this.#aside);
    await Promise.all(seats.map((seat) => seat[Symbol.asyncDispose]()));
  }
}
