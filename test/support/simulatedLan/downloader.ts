import { type Layout, type PieceRun, runsOf } from '../../../src/base/layout.ts';
import { openSwarm } from '../../../src/client/download/plan/openSwarm.ts';
import type { Ask, Order, Swarm } from '../../../src/client/download/plan/swarm.ts';
import { type Asked, breaches } from './breaches.ts';
import type { Fetcher, Host } from './host.ts';
import type { Link } from './shares.ts';
import type { SimulatedLan } from './simulatedLan.ts';

/** Milliseconds: to open a connection; to verify and write a piece; until an owner who was let go of is tried again. */
const connectMs = 3;
const verifyMs = 3;
const againMs = 10_000;
/** Bad pieces of an owner after which it is asked no more. */
const badToBan = 3;
/** Bytes that are told of at once. */
const trickleBytes = 100;

interface Joined {
  owner: Host;
  /** What it said that it has. */
  said: Uint8Array;
  watcher: (piece: number) => void;
  asks: Map<number, Asked>;
  bad: number;
}

/** Fetches to a host by a swarm, as the shell does, and keeps account of what it was ordered to do. */
export class Downloader implements Fetcher {
  readonly host: Host;
  readonly swarm: Swarm;
  readonly down: Link;
  /** Milliseconds; nothing as long as pieces are missing. */
  doneAt: number | undefined;
  asks: number = 0;
  cancels: number = 0;
  readonly leaves: string[] = [];
  /** Bytes that came. */
  bytes: number = 0;
  /** Breaches of what every swarm promises. */
  readonly faults: string[] = [];
  readonly #lan: SimulatedLan;
  readonly #layout: Layout;
  readonly #joined = new Map<string, Joined>();
  readonly #banned = new Set<string>();
  /** Pieces that wait for their verdict. */
  readonly #judged = new Set<number>();
  #missing: number;
  #poked = false;
  #looking = 0;

  constructor(lan: SimulatedLan, layout: Layout, host: Host) {
    this.#lan = lan;
    this.#layout = layout;
    this.host = host;
    this.down = host.down;
    this.#missing = layout.count;
    this.swarm = openSwarm({ layout, has: (piece) => host.here[piece] === 1, random: lan.random });
  }

  /** Takes an owner on. */
  meet(owner: Host): void {
    this.#lan.events.after(connectMs, () => {
      if (owner.dead || this.#joined.has(owner.name) || this.#banned.has(owner.name) || this.doneAt !== undefined)
        return;
      const said = new Uint8Array(this.#layout.count);
      const joined: Joined = {
        owner,
        said,
        watcher: (piece) => this.#hear(owner.name, piece),
        asks: new Map(),
        bad: 0,
      };
      this.#joined.set(owner.name, joined);
      this.swarm.joined(owner.name, owner.options.whole ? 'whole' : 'partial', this.#lan.now);
      if (owner.options.whole) said.fill(1);
      else {
        for (const [piece, there] of owner.here.entries()) said[piece] = there;
        const pieces = [...said.keys()].filter((piece) => said[piece] === 1);
        this.swarm.has(owner.name, runsOf(pieces));
        owner.watchers.add(joined.watcher);
      }
      this.poke();
    });
  }

  poke(): void {
    if (this.#poked) return;
    this.#poked = true;
    this.#lan.events.after(0, () => {
      this.#poked = false;
      if (this.doneAt !== undefined && this.#inFlight() === 0) return;
      for (const order of this.swarm.step(this.#lan.now)) this.#obey(order);
      const looking = ++this.#looking;
      this.#lan.events.after(this.swarm.lookMs, () => {
        if (looking === this.#looking) this.poke();
      });
    });
  }

  chosen(ask: Ask, run: PieceRun): void {
    const known = this.#joined.get(ask.owner)?.asks.get(ask.id);
    if (known === undefined) return;
    known.run = run;
    if (!this.swarm.chosen(ask.id, run)) this.faults.push(`ask ${ask.id} does not take what was chosen`);
    this.poke();
  }

  received(ask: Ask, bytes: number): void {
    const known = this.#joined.get(ask.owner)?.asks.get(ask.id);
    if (known === undefined) return;
    if (bytes > trickleBytes) known.lastAt = this.#lan.now;
    known.bytes += bytes;
    this.bytes += bytes;
    this.swarm.received(ask.id, bytes, this.#lan.now);
    this.poke();
  }

  piece(ask: Ask, piece: number, good: boolean): void {
    this.#judged.add(piece);
    const known = this.#joined.get(ask.owner)?.asks.get(ask.id);
    if (known !== undefined) known.next = piece + 1;
    this.#lan.events.after(verifyMs, () => {
      this.#judged.delete(piece);
      if (good) this.#verified(piece);
      else this.#bad(ask, piece);
      this.poke();
    });
  }

  ended(ask: Ask): void {
    if (this.#joined.get(ask.owner)?.asks.delete(ask.id) !== true) return;
    this.swarm.ended(ask.id, this.#lan.now);
    this.poke();
  }

  failed(ask: Ask, why: 'broken' | 'refused' | 'gone'): void {
    if (this.#joined.get(ask.owner)?.asks.delete(ask.id) !== true) return;
    this.swarm.failed(ask.id, why === 'refused' ? 'refused' : 'broken', this.#lan.now);
    if (why === 'gone') this.#drop(ask.owner);
    this.poke();
  }

  #verified(piece: number): void {
    if (this.host.here[piece] === 1) return;
    this.host.here[piece] = 1;
    this.#missing--;
    this.swarm.verified(piece);
    for (const watcher of this.host.watchers) this.#lan.events.after(this.#lan.latencyMs, () => watcher(piece));
    if (this.#missing === 0) this.doneAt = this.#lan.now;
  }

  #bad(ask: Ask, piece: number): void {
    this.swarm.bad(ask.id, piece);
    const joined = this.#joined.get(ask.owner);
    if (joined === undefined || ++joined.bad < badToBan) return;
    this.#banned.add(ask.owner);
    this.#drop(ask.owner);
  }

  #hear(owner: string, piece: number): void {
    const joined = this.#joined.get(owner);
    if (joined === undefined) return;
    joined.said[piece] = 1;
    this.swarm.has(owner, [{ first: piece, count: 1 }]);
    this.poke();
  }

  #obey(order: Order): void {
    switch (order.order) {
      case 'ask':
        this.#ask(order.ask);
        return;
      case 'cancel':
        this.cancels++;
        for (const { asks, owner } of this.#joined.values()) {
          const known = asks.get(order.ask);
          if (known !== undefined) this.#lan.events.after(this.#lan.latencyMs, () => owner.broke(known.ask));
          asks.delete(order.ask);
        }
        return;
      case 'leave': {
        const owner = this.#joined.get(order.owner)?.owner;
        this.leaves.push(order.owner);
        this.#drop(order.owner);
        if (owner !== undefined) this.#lan.events.after(againMs, () => this.meet(owner));
      }
    }
  }

  #ask(ask: Ask): void {
    this.asks++;
    const joined = this.#joined.get(ask.owner);
    if (joined === undefined) {
      this.faults.push(`ask ${ask.id} goes to ${ask.owner}, who is not there`);
      return;
    }
    this.#check(ask, joined);
    joined.asks.set(ask.id, { ask, run: ask.want.run, next: 0, at: this.#lan.now, lastAt: this.#lan.now, bytes: 0 });
    this.#lan.events.after(2 * this.#lan.latencyMs, () => {
      if (joined.asks.has(ask.id)) joined.owner.asked(ask, this);
    });
  }

  #check(ask: Ask, { said }: Joined): void {
    const asked = [...this.#joined.values()].flatMap(({ asks }) => [...asks.values()]);
    const { here } = this.host;
    this.faults.push(
      ...breaches(ask, { said, here, asked, judged: this.#judged, layout: this.#layout, now: this.#lan.now }),
    );
  }

  #drop(name: string): void {
    const joined = this.#joined.get(name);
    if (joined === undefined) return;
    this.#joined.delete(name);
    joined.owner.watchers.delete(joined.watcher);
    for (const { ask } of joined.asks.values()) joined.owner.broke(ask);
    this.swarm.left(name);
  }

  #inFlight(): number {
    let count = 0;
    for (const { asks } of this.#joined.values()) count += asks.size;
    return count;
  }
}
