import type { Clock } from '../../../base/clock.ts';

/**
 * Time in which we took what came, milliseconds. It stands still while we hold a flow ourselves, for the disk or for a
 * limit: what does not come meanwhile is no fault of an owner's.
 */
export class FlowTime {
  readonly #clock: Clock;
  #holding = 0;
  #heldSince = 0;
  #heldMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return (this.#holding > 0 ? this.#heldSince : this.#clock.now()) - this.#heldMs;
  }

  hold(): void {
    if (this.#holding++ === 0) this.#heldSince = this.#clock.now();
  }

  /** To be called once for each `hold`. */
  goOn(): void {
    if (--this.#holding === 0) this.#heldMs += this.#clock.now() - this.#heldSince;
  }
}
