import { every } from '../../../base/clock.ts';
import { lookMs, starvedMs } from '../limits.ts';
import { OwnerFault } from '../plan/faults.ts';
import { openSwarm } from '../plan/openSwarm.ts';
import type { Order } from '../plan/swarm.ts';
import type { Target } from '../write/target.ts';
import { type Errand, Errands, mostErrands } from './errands.ts';
import { unheardPatienceMs } from './limits.ts';
import { News } from './news.ts';
import type { Owners } from './owners.ts';
import { carryOut, type Fetched, type Field } from './perform.ts';
import { leftBehind } from './seat.ts';
import { Seats } from './seats.ts';
import type { Source } from './source.ts';

const nobody = (): void => {};

/** Performs what the swarm orders, until a target is whole. */
export class Fill {
  readonly #field: Field;
  readonly #news: News;
  readonly #seats: Seats;
  #failure: { error: unknown } | undefined;
  #wake: () => void = nobody;
  /** Told where nobody is at work and somebody could be. */
  #welcome: () => void = nobody;
  #poked = false;
  #over = false;
  #timer: Disposable | undefined;
  /** When a piece came last, or somebody had us stand in line, in flow time. */
  #movedAt: number;

  constructor(target: Target, fetched: Fetched, owners: Owners, first: Source | undefined) {
    const { clock, random } = owners.ports;
    const asks = mostErrands(target.layout);
    this.#movedAt = owners.flow.now();
    this.#field = {
      owners,
      target,
      fetched,
      swarm: openSwarm({ layout: target.layout, has: (piece) => target.has(piece), random }),
      errands: new Errands(asks, (errand) => this.#perform(errand)),
      poke: () => this.#poke(),
      moved: () => this.#moved(),
      inTheWay: (seat) => this.#seats.inTheWay(seat),
      failed: (seat, error) => this.#seats.failed(seat, error),
    };
    this.#seats = new Seats(this.#field, {
      most: Math.max(1, Math.min(owners.request.maxOwners, asks)),
      first,
      freed: () => this.#wake(),
      few: () => this.#news.hurry(),
      fail: (error) => this.#fail(error),
    });
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
        this.#seats.take();
        await this.#somethingHappens();
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.#over = true;
      this.#timer?.[Symbol.dispose]();
      await this.#seats.close();
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

  async #perform(errand: Errand): Promise<void> {
    await carryOut(errand, this.#field);
    errand.seat.idleSince = this.#field.owners.flow.now();
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

  #obey(order: Order): void {
    const { errands, owners } = this.#field;
    switch (order.order) {
      case 'ask': {
        const seat = this.#seats.at(order.ask.owner);
        if (seat !== undefined) errands.add(order.ask, seat);
        break;
      }
      case 'cancel': {
        const errand = errands.cancel(order.ask);
        if (errand?.lane === undefined) break;
        this.#seats.hangUp(errand.seat, errand.lane, new OwnerFault('cut', 'others were faster'));
        break;
      }
      case 'leave': {
        const seat = this.#seats.at(order.owner);
        if (seat !== undefined) this.#seats.drop(seat, leftBehind(seat, owners.flow.now()));
        break;
      }
    }
  }

  #moved(): void {
    this.#movedAt = this.#field.owners.flow.now();
  }

  #verified(piece: number): void {
    this.#field.swarm.verified(piece);
    this.#poke();
    if (this.#field.target.whole) this.#wake();
  }

  #lookAround(): void {
    const { owners, errands } = this.#field;
    if (errands.someWait) this.#moved();
    if (this.#starved()) this.#fail(owners.verdict('those who have a part of it lack the rest'));
    this.#wake();
  }

  /** Nobody has anything for us, and has not had for long; longer, as long as some were not heard. */
  #starved(): boolean {
    if (this.#seats.size === 0 || !this.#field.errands.none) return false;
    const quietMs = this.#field.owners.flow.now() - this.#movedAt;
    return quietMs >= starvedMs && (quietMs >= unheardPatienceMs || !this.#seats.hopes(this.#movedAt));
  }

  /** Those who failed rest while others bring something; where nobody does, they rest shortly. */
  async #refresh(): Promise<void> {
    const { owners, errands } = this.#field;
    const listed = await owners.ask('debug');
    if (this.#seats.size > 0 && errands.allWait) owners.roster.rouse(listed, owners.ports.clock.now());
    else owners.roster.update(listed);
    this.#seats.renew();
    this.#wake();
    if (this.#seats.waiting().length > 0) this.#welcome();
  }

  /** What no other owner makes good: the disk is full. */
  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }
}
