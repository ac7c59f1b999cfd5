import type { SharingEvent } from './sharing.ts';

/** Paths whose reason is remembered; past it the oldest may be told a second time. */
const remembered = 10_000;

/** Tells why a path is not shared, and tells it once for as long as the reason stays. */
export class Skips {
  readonly #onEvent: (event: SharingEvent) => void;
  readonly #told = new Map<string, string>();

  constructor(onEvent: (event: SharingEvent) => void) {
    this.#onEvent = onEvent;
  }

  tell(path: string, why: string): void {
    if (this.#told.get(path) === why) return;
    const [oldest] = this.#told.keys();
    if (this.#told.size >= remembered && oldest !== undefined) this.#told.delete(oldest);
    this.#told.set(path, why);
    this.#onEvent({ event: 'skipped', path, why });
  }

  forget(path: string): void {
    this.#told.delete(path);
  }
}
