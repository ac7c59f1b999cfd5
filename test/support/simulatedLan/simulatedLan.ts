import type { Random } from '../../../src/base/random.ts';
import { Events } from './events.ts';
import { type Flowing, type Link, shareFairly } from './shares.ts';

/** Bytes on their way, piece by piece. */
export interface Transfer extends Flowing {
  /** Bytes until something is to be told: the end of a piece or of a turn. */
  toTell: number;
  tell(): void;
}

export const link = (mbit: number): Link => ({ capacity: mbit * 125, left: 0, flows: 0, open: [] });

/** A network in which bytes are a fluid, and time is that of the events: the same for the same randomness. */
export class SimulatedLan {
  readonly events: Events = new Events();
  readonly random: Random;
  /** Milliseconds one way. */
  readonly latencyMs: number = 0.3;
  readonly #transfers = new Set<Transfer>();
  /** Until when the transfers are told of what has flowed. */
  #settledAt = 0;
  #stale = false;
  #first: { transfer: Transfer; at: number } | undefined;

  constructor(random: Random) {
    this.random = random;
  }

  get now(): number {
    return this.events.now;
  }

  start(transfer: Transfer): void {
    this.settle();
    this.#transfers.add(transfer);
    this.#stale = true;
  }

  stop(transfer: Transfer): void {
    this.settle();
    if (this.#transfers.delete(transfer)) this.#stale = true;
  }

  /** A link has changed. */
  changed(): void {
    this.settle();
    this.#stale = true;
  }

  /** Brings every transfer up to now. */
  settle(): void {
    const ms = this.now - this.#settledAt;
    this.#settledAt = this.now;
    if (ms === 0) return;
    for (const transfer of this.#transfers) transfer.toTell = Math.max(0, transfer.toTell - transfer.rate * ms);
  }

  /** Goes on until `done`, or until so many milliseconds have passed. */
  run(done: () => boolean, untilMs: number): void {
    while (!done() && this.now < untilMs) {
      if (this.#stale) {
        this.#stale = false;
        shareFairly([...this.#transfers]);
        this.#first = undefined;
      }
      this.#first ??= this.#soonest();
      const due = this.#first?.at ?? Number.POSITIVE_INFINITY;
      const next = Math.min(due, this.events.next);
      if (next === Number.POSITIVE_INFINITY) return;
      this.events.passTo(Math.max(this.now, next));
      if (this.#first === undefined || due > this.events.next) this.events.act();
      else this.#tell(this.#first.transfer);
    }
  }

  #tell(transfer: Transfer): void {
    this.#first = undefined;
    this.settle();
    transfer.toTell = 0;
    transfer.tell();
  }

  #soonest(): { transfer: Transfer; at: number } | undefined {
    let first: { transfer: Transfer; at: number } | undefined;
    for (const transfer of this.#transfers) {
      const at = this.#settledAt + transfer.toTell / transfer.rate;
      if (first === undefined || at < first.at) first = { transfer, at };
    }
    return first;
  }
}
