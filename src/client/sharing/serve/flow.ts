import { flowWindowMs } from '../limits.ts';

/** Bytes that a reader took lately: in this window and in the one before. */
export class Flow {
  /** When this window began, monotonic milliseconds. */
  #since: number;
  #bytes = 0;
  #before = 0;

  constructor(now: number) {
    this.#since = now;
  }

  took(bytes: number, now: number): void {
    this.#turn(now);
    this.#bytes += bytes;
  }

  recent(now: number): number {
    this.#turn(now);
    return this.#before + this.#bytes;
  }

  #turn(now: number): void {
    const windows = Math.floor((now - this.#since) / flowWindowMs);
    if (windows < 1) return;
    this.#before = windows === 1 ? this.#bytes : 0;
    this.#bytes = 0;
    this.#since += windows * flowWindowMs;
  }
}
