/** Milliseconds in which older bytes lose their weight: after 2 s of a trickle an eighth is left of a rate. */
const memoryMs = 1000;

/** How fast bytes have come lately. Silence counts. */
export class Flow {
  readonly #since: number;
  #at: number;
  #weight = 0;

  /** `now` in milliseconds. */
  constructor(now: number) {
    this.#since = now;
    this.#at = now;
  }

  add(bytes: number, now: number): void {
    this.#weight = this.#faded(now) + bytes;
    this.#at = Math.max(this.#at, now);
  }

  /** Bytes a millisecond. */
  rate(now: number): number {
    const age = Math.max(now - this.#since, 1);
    return this.#faded(now) / (memoryMs * (1 - Math.exp(-age / memoryMs)));
  }

  #faded(now: number): number {
    return now > this.#at ? this.#weight * Math.exp((this.#at - now) / memoryMs) : this.#weight;
  }
}
