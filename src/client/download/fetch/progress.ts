import { OwnerFault } from '../plan/faults.ts';
import { doubtMs, trickleMs } from '../plan/limits.ts';

/** How an answer comes in. */
export class Progress {
  /** Milliseconds, in which time stands still while we hold the flow. */
  readonly #now: () => number;
  #heardAt: number;
  #headAt: number | undefined;
  /** Bytes that have come, and that were announced. */
  #bytes = 0;
  #length = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#heardAt = now();
  }

  asked(): void {
    this.#heardAt = this.#now();
    this.#headAt = undefined;
  }

  /** The head of the answer has come. `length`: bytes to follow, not a number or 0 where it does not say. */
  head(length: number): void {
    this.#heardAt = this.#now();
    this.#headAt = this.#heardAt;
    this.#bytes = 0;
    this.#length = length;
  }

  got(bytes: number): void {
    this.#heardAt = this.#now();
    this.#bytes += bytes;
  }

  /** What there is to hold against the owner where another is better: silence, or that the rest would take long. */
  get doubt(): OwnerFault | undefined {
    const now = this.#now();
    const silence = now - this.#heardAt;
    if (silence >= doubtMs) return new OwnerFault('cut', `it sent nothing for ${Math.round(silence / 1000)} s`);
    if (this.#headAt === undefined || now - this.#headAt < doubtMs) return undefined;
    const leftMs = ((this.#length - this.#bytes) / this.#bytes) * (now - this.#headAt);
    if (!(leftMs > trickleMs)) return undefined;
    const seconds = Math.round((now - this.#headAt) / 1000);
    return new OwnerFault('slow', `it sent ${this.#bytes} of ${this.#length} bytes in ${seconds} s`);
  }
}
