import type { PieceRun } from '../../../base/layout.ts';
import { Board } from './board.ts';
import { choose, lastResort } from './choose.ts';
import { doubtTheSlow, hopeless } from './doubt.ts';
import { Flight } from './flight.ts';
import { again, depth, type KnownOwner, knownOwner, learn, learnWait, note, without } from './knownOwner.ts';
import { lastLookMs, lookMs, maxStrikes, newsMs, verdictMs } from './limits.ts';
import { nextIn, runsIn } from './pieceSet.ts';
import { type Planning, wayMs } from './planning.ts';
import { rescue } from './rescue.ts';
import { shuffle } from './shuffle.ts';
import { Spans } from './spans.ts';
import type { Ask, Order, OwnerKey, Swarm, SwarmOptions } from './swarm.ts';

/** Opens the planning of one content. */
export const openSwarm = (options: SwarmOptions): Swarm => new Planner(options);

class Planner implements Swarm {
  readonly #planning: Planning;
  /** Asks whose owner chose what others are asked for already. */
  readonly #clashes = new Set<Flight>();
  /** Nothing is free before this piece, as long as none was released. */
  #firstFree = { piece: 0, released: 0 };
  #nextAsk = 1;
  #now = 0;

  constructor({ layout, has, random }: SwarmOptions) {
    const board = new Board(new Spans(layout), has);
    const origin = Math.floor(random() * layout.count);
    this.#planning = { board, owners: new Map(), flights: new Map(), random, origin };
  }

  get lookMs(): number {
    const { board, owners } = this.#planning;
    const soon = board.freeBytes === 0 || [...owners.values()].some(({ news }) => news !== undefined);
    return soon ? lastLookMs : lookMs;
  }

  joined(key: OwnerKey, is: 'whole' | 'partial'): void {
    const { owners, board } = this.#planning;
    if (owners.has(key)) return;
    owners.set(key, knownOwner(key, is, board.spans.count));
  }

  has(key: OwnerKey, runs: readonly PieceRun[]): void {
    const owner = this.#planning.owners.get(key);
    if (owner === undefined || owner.whole) return;
    for (const run of runs) note(owner, run);
  }

  left(key: OwnerKey): void {
    const owner = this.#planning.owners.get(key);
    if (owner === undefined) return;
    this.#planning.owners.delete(key);
    for (const flight of this.#planning.flights.values()) {
      if (flight.owner === owner && flight.overAt === undefined) this.#close(flight);
    }
    if (!owner.whole && owner.has !== undefined) this.#planning.board.lostAll(owner.has);
  }

  chosen(id: number, run: PieceRun): boolean {
    const flight = this.#flying(id);
    if (flight === undefined || !flight.chosen(run)) return false;
    const { most = 1 } = flight.ask.want.of === undefined ? {} : flight.ask.want;
    if (run.count < most / 2) flight.owner.brief = true;
    for (let piece = run.first; piece < flight.end; piece++) {
      if (this.#planning.board.asks(piece) > 1) this.#clashes.add(flight);
    }
    return true;
  }

  received(id: number, bytes: number, now: number): void {
    const flight = this.#flying(id);
    if (flight === undefined) return;
    if (flight.headAt === undefined) learnWait(flight.owner.pace, now - flight.askedAt);
    flight.got(bytes, now);
  }

  ended(id: number, now: number): void {
    const flight = this.#flying(id);
    if (flight === undefined) return;
    flight.owner.strikes = flight.complete ? 0 : flight.owner.strikes + 1;
    if (flight.complete) learn(flight.owner.pace, flight);
    this.#now = now;
    this.#close(flight);
  }

  failed(id: number, why: 'broken' | 'refused', now: number): void {
    const flight = this.#flying(id);
    if (flight === undefined) return;
    const { owner } = flight;
    this.#now = now;
    this.#close(flight);
    owner.strikes++;
    if (why !== 'refused') return;
    const refused = flight.run === undefined ? flight.offer : [{ first: flight.next, count: flight.end - flight.next }];
    for (const { first, count } of refused) {
      for (let piece = first; piece < first + count; piece++) without(this.#planning.board, owner, piece);
    }
  }

  verified(piece: number): void {
    if (!this.#planning.board.arrived(piece)) return;
    for (const [id, flight] of this.#planning.flights) {
      flight.arrived(piece);
      if (flight.overAt !== undefined && !flight.holding) this.#planning.flights.delete(id);
    }
  }

  bad(id: number, piece: number): void {
    const flight = this.#planning.flights.get(id);
    if (flight === undefined) return;
    flight.owner.bad.add(piece);
    without(this.#planning.board, flight.owner, piece);
    flight.bad(piece);
    if (flight.overAt !== undefined && !flight.holding) this.#planning.flights.delete(id);
  }

  step(now: number): Order[] {
    this.#now = now;
    const orders: Order[] = [];
    for (const owner of this.#planning.owners.values()) this.#hear(owner);
    doubtTheSlow(this.#planning, now);
    this.#breakOff(orders);
    this.#leave(orders);
    this.#ask(orders);
    return orders;
  }

  /** Small pieces are told of one by one: a moment later there are enough of them for one ask. */
  #hear(owner: KnownOwner): void {
    if (owner.has === undefined || owner.news === undefined) return;
    const { board } = this.#planning;
    owner.newsAt ??= board.spans.even ? this.#now - newsMs : this.#now;
    if (this.#now - owner.newsAt < newsMs) return;
    for (const run of runsIn(owner.news)) board.gained(owner.has, run);
    owner.news = undefined;
    owner.dryAt = undefined;
    owner.newsAt = undefined;
  }

  /** Cancels asks that nobody needs, and gives up those whose verdicts did not come. */
  #breakOff(orders: Order[]): void {
    for (const flight of this.#planning.flights.values()) {
      if (flight.overAt !== undefined) {
        if (!this.#planning.owners.has(flight.owner.key) && this.#now - flight.overAt >= verdictMs)
          this.#forget(flight);
      } else if (flight.needless && !flight.complete) {
        if (flight.doubtedAt !== undefined) flight.owner.strikes += flight.headAt === undefined ? 1 : maxStrikes;
        this.#cancel(flight, orders);
      }
    }
    for (const flight of this.#clashes) this.#resolve(flight, orders);
    this.#clashes.clear();
  }

  /** What is asked of two by chance is left to whoever has begun with it. */
  #resolve(flight: Flight, orders: Order[]): void {
    if (flight.overAt !== undefined) return;
    const { board, flights } = this.#planning;
    for (const other of flights.values()) {
      if (other === flight || other.overAt !== undefined || other.received > 0 || other.run?.count !== 1) continue;
      if (flight.holds(other.run.first)) this.#cancel(other, orders);
    }
    for (let piece = flight.next; piece < flight.end; piece++) {
      if (board.asks(piece) === 1 && flight.holds(piece)) return;
    }
    if (!flight.complete) this.#cancel(flight, orders);
  }

  #leave(orders: Order[]): void {
    const { flights, owners } = this.#planning;
    for (const flight of flights.values()) {
      if (flight.overAt === undefined && hopeless(this.#planning, flight, this.#now)) flight.owner.strikes = maxStrikes;
    }
    if (owners.size < 2) return;
    for (const { key, strikes } of owners.values()) {
      if (strikes < maxStrikes) continue;
      orders.push({ order: 'leave', owner: key });
      this.left(key);
    }
  }

  #ask(orders: Order[]): void {
    const { board, owners } = this.#planning;
    if (board.whole) return;
    const idle: KnownOwner[] = [];
    for (const owner of owners.values()) if (this.#ready(owner)) idle.push(owner);
    shuffle(idle, this.#planning.random);
    for (const owner of idle) {
      while (this.#ready(owner)) {
        const want = this.#want(owner);
        if (want === undefined) break;
        const ask = { id: this.#nextAsk++, owner: owner.key, want };
        const flight = new Flight(board, owner, ask, this.#now);
        this.#planning.flights.set(ask.id, flight);
        orders.push({ order: 'ask', ask });
      }
    }
  }

  #want(owner: KnownOwner): Ask['want'] | undefined {
    const { board } = this.#planning;
    if (board.freeBytes > 0) {
      for (const piece of lastResort(this.#planning, owner)) {
        owner.bad.delete(piece);
        again(board, owner, piece);
      }
      const want = choose(this.#planning, owner, this.#now);
      if (want !== undefined) return want;
    }
    if (owner.asks > 0 || !this.#ends()) return undefined;
    const run = rescue(this.#planning, owner, this.#now);
    return run === undefined ? undefined : { run };
  }

  /** True where all that is missing is on its way, or offered. */
  #ends(): boolean {
    const { free, offered, released } = this.#planning.board;
    if (this.#firstFree.released !== released) this.#firstFree = { piece: 0, released };
    this.#firstFree.piece = nextIn({ all: [free] }, this.#firstFree.piece);
    return nextIn({ all: [free], without: offered }, this.#firstFree.piece) === free.count;
  }

  #ready(owner: KnownOwner): boolean {
    return owner.doubted === 0 && owner.asks < depth(owner, wayMs(this.#planning));
  }

  #flying(id: number): Flight | undefined {
    const flight = this.#planning.flights.get(id);
    return flight?.overAt === undefined ? flight : undefined;
  }

  #close(flight: Flight): void {
    flight.close(this.#now);
    if (!flight.holding) this.#planning.flights.delete(flight.ask.id);
  }

  #forget(flight: Flight): void {
    flight.forget();
    this.#planning.flights.delete(flight.ask.id);
  }

  #cancel(flight: Flight, orders: Order[]): void {
    orders.push({ order: 'cancel', ask: flight.ask.id });
    flight.close(this.#now);
    this.#forget(flight);
  }
}
