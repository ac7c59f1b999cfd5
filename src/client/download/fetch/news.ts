import type { Clock } from '../../../base/clock.ts';
import { newsMs, ownersMs } from '../limits.ts';

export interface NewsOptions {
  clock: Clock;
  /** Calls `changed` when there is news. */
  watch(changed: () => void): Disposable;
  /** Asks for the owners. Never fails. */
  ask(): Promise<void>;
}

/**
 * Has the owners asked for at once when there is news, yet not too often, and every now and then without any. In a flash
 * crowd everybody waits for the first partial owners, so what delays them delays the end.
 */
export class News implements Disposable {
  readonly #options: NewsOptions;
  readonly #watching: Disposable;
  #timer: Disposable | undefined;
  #soon = false;
  #asking = false;
  #over = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(options: NewsOptions) {
    this.#options = options;
    this.#timer = this.#arm(ownersMs);
    this.#watching = options.watch(() => this.hurry());
  }

  /** There is news, or few are left: asks at once, unless that was just done. */
  hurry(): void {
    this.#within(Math.max(0, this.#askedAt + newsMs - this.#options.clock.now()));
  }

  [Symbol.dispose](): void {
    this.#over = true;
    this.#watching[Symbol.dispose]();
    this.#timer?.[Symbol.dispose]();
  }

  #within(ms: number): void {
    if (this.#soon || this.#over) return;
    this.#soon = true;
    if (!this.#asking) this.#timer = this.#arm(ms);
  }

  #arm(ms: number): Disposable {
    this.#timer?.[Symbol.dispose]();
    return this.#options.clock.after(ms, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    this.#soon = false;
    this.#asking = true;
    await this.#options.ask();
    this.#asking = false;
    this.#askedAt = this.#options.clock.now();
    if (!this.#over) this.#timer = this.#arm(this.#soon ? newsMs : ownersMs);
  }
}
