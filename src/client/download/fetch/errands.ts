import type { Layout } from '../../../base/layout.ts';
import { pieceBytes } from '../../../base/merkle.ts';
import { MiB } from '../../../base/sizes.ts';
import { openBytes } from '../limits.ts';
import type { Ask } from '../plan/swarm.ts';
import type { Seat } from './seat.ts';
import type { Source } from './source.ts';

/** An ask on its way. */
export interface Errand {
  readonly ask: Ask;
  readonly seat: Seat;
  /** The connection that it goes over, until the answer has come to its end. */
  lane?: Source | undefined;
  /** Nobody is told how it ends. */
  cancelled: boolean;
  /** The owner has us stand in line. */
  waiting: boolean;
}

/** The asks on their way, of which a bounded number run at a time. */
export class Errands {
  readonly #most: number;
  readonly #perform: (errand: Errand) => Promise<void>;
  readonly #queue: Errand[] = [];
  readonly #running = new Map<Errand, Promise<void>>();
  readonly #byAsk = new Map<number, Errand>();

  /** `perform` never fails. */
  constructor(most: number, perform: (errand: Errand) => Promise<void>) {
    this.#most = most;
    this.#perform = perform;
  }

  /** True where nothing is asked of anybody, and nothing that came is on its way to the disk. */
  get none(): boolean {
    return this.#byAsk.size === 0 && this.#running.size === 0;
  }

  /** True while an owner has us stand in line. */
  get someWait(): boolean {
    for (const errand of this.#byAsk.values()) if (errand.waiting) return true;
    return false;
  }

  /** True where all that are asked wait in owners' lines. */
  get allWait(): boolean {
    for (const errand of this.#byAsk.values()) if (!errand.waiting) return false;
    return true;
  }

  /** True where one to this owner runs, or is to run. */
  has(seat: Seat): boolean {
    for (const errand of this.#queue) if (errand.seat === seat) return true;
    return this.some(seat);
  }

  /** True where one to this owner runs. */
  some(seat: Seat): boolean {
    for (const errand of this.#running.keys()) if (errand.seat === seat) return true;
    return false;
  }

  add(ask: Ask, seat: Seat): void {
    const errand = { ask, seat, cancelled: false, waiting: false };
    this.#byAsk.set(ask.id, errand);
    this.#queue.push(errand);
    this.#launch();
  }

  /** Nothing of it counts any more but the pieces that have come whole. Returns it where it runs. */
  cancel(id: number): Errand | undefined {
    const errand = this.#byAsk.get(id);
    if (errand === undefined) return undefined;
    errand.cancelled = true;
    this.#byAsk.delete(id);
    const queued = this.#queue.indexOf(errand);
    if (queued === -1) return errand;
    this.#queue.splice(queued, 1);
    return undefined;
  }

  /** Its answer has come to its end, though pieces of it may still be on their way to the disk. */
  ended(errand: Errand): void {
    this.#byAsk.delete(errand.ask.id);
  }

  /** Drops what an owner was not yet asked for, and waits for the end of what it was. */
  async clear(seat: Seat): Promise<void> {
    for (const errand of [...this.#queue]) if (errand.seat === seat) this.cancel(errand.ask.id);
    const running = [...this.#running].filter(([errand]) => errand.seat === seat);
    await Promise.all(running.map(([, done]) => done));
  }

  /** Where some have to wait here, an owner that does nothing goes first. */
  #launch(): void {
    while (this.#running.size < this.#most) {
      const at = Math.max(
        0,
        this.#queue.findIndex(({ seat }) => !this.some(seat)),
      );
      const [errand] = this.#queue.splice(at, 1);
      if (errand === undefined) return;
      const done = this.#perform(errand).finally(() => {
        this.ended(errand);
        this.#running.delete(errand);
        this.#launch();
      });
      this.#running.set(errand, done);
    }
  }
}

/** How many errands may run at a time: each puts a piece together. */
export function mostErrands({ files }: Layout): number {
  const largest = files.reduce((most, size) => Math.max(most, pieceBytes(size)), MiB);
  return Math.floor(openBytes / largest);
}
