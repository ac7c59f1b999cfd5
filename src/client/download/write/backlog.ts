import { minWritingPieces, writingBytes } from '../limits.ts';

/** Holds the memory, bytes, that is on its way through the threads within a bound, for all who give some. */
export class Backlog {
  #bytes = 0;
  #parcels = 0;
  #waiting: (() => void)[] = [];
  #whenEmpty: (() => void)[] = [];

  /** To be called with the memory that is given to a thread, and `leave` once that is done. */
  enter(bytes: number): void {
    this.#bytes += bytes;
    this.#parcels++;
  }

  leave(bytes: number): void {
    this.#bytes -= bytes;
    this.#parcels--;
    if (this.#parcels === 0) for (const done of this.#whenEmpty.splice(0)) done();
    if (this.#full) return;
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  /** Nothing where there is room for more; else a promise that resolves once there is. */
  room(): void | Promise<void> {
    if (!this.#full) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Resolves once nothing is on its way. */
  async empty(): Promise<void> {
    if (this.#parcels === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenEmpty.push(resolve);
    });
  }

  get #full(): boolean {
    return this.#bytes >= writingBytes && this.#parcels >= minWritingPieces;
  }
}
