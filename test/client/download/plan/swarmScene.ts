import { layoutOf, type PieceRun } from '../../../../src/base/layout.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import { openSwarm } from '../../../../src/client/download/plan/openSwarm.ts';
import type { Ask, Order, Swarm } from '../../../../src/client/download/plan/swarm.ts';
import { seededRandom } from '../../../support/random.ts';

/** A swarm whose events are told by hand. Pieces are of a MiB where nothing else is said. */
export class SwarmScene {
  readonly swarm: Swarm;
  now = 0;

  constructor(sizes: readonly number[] = [64 * MiB], here: readonly number[] = [], seed = 1) {
    this.swarm = openSwarm({
      layout: layoutOf(sizes),
      has: (piece) => here.includes(piece),
      random: seededRandom(seed),
    });
  }

  whole(...owners: string[]): this {
    for (const owner of owners) this.swarm.joined(owner, 'whole', this.now);
    return this;
  }

  partial(owner: string, ...pieces: number[]): this {
    this.swarm.joined(owner, 'partial', this.now);
    this.swarm.has(
      owner,
      pieces.map((first) => ({ first, count: 1 })),
    );
    return this;
  }

  /** Lets time pass, and gives what is ordered then. */
  after(ms: number): Order[] {
    this.now += ms;
    return this.swarm.step(this.now);
  }

  asks(ms = 0): Ask[] {
    return this.after(ms).flatMap((order) => (order.order === 'ask' ? [order.ask] : []));
  }

  /** The one ask that is made of an owner. */
  ask(owner: string, ms = 0): Ask {
    const [ask, ...more] = this.asks(ms).filter((one) => one.owner === owner);
    if (ask === undefined || more.length > 0) throw new Error(`not one ask of ${owner}`);
    return ask;
  }

  /** An ask is answered with `run` in so many milliseconds, each piece good. */
  answer(ask: Ask, run: PieceRun, ms: number): void {
    if (ask.want.of !== undefined) this.swarm.chosen(ask.id, run);
    this.now += ms;
    this.swarm.received(ask.id, run.count * MiB, this.now);
    this.swarm.ended(ask.id, this.now);
    for (let piece = run.first; piece < run.first + run.count; piece++) this.swarm.verified(piece);
  }
}

/** The pieces that an ask is for, or that it lets choose from. */
export function piecesOf({ want }: Ask): number[] {
  const runs = want.run === undefined ? want.of : [want.run];
  return runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, index) => first + index));
}

export const range = (first: number, end: number): number[] =>
  Array.from({ length: end - first }, (_, index) => first + index);
