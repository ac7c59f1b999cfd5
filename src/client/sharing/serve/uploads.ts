import type { Fingerprint } from '../../../base/ids.ts';
import { uploads, uploadsOfOne } from '../limits.ts';

/** Counts the uploads under way, so that nobody takes all there is. */
export class Uploads {
  readonly #byCaller = new Map<Fingerprint, number>();
  #count = 0;

  /** Nothing where there is no place. Dispose of the place once. */
  take(caller: Fingerprint): Disposable | undefined {
    const own = this.#byCaller.get(caller) ?? 0;
    if (this.#count >= uploads || own >= uploadsOfOne) return undefined;
    this.#count += 1;
    this.#byCaller.set(caller, own + 1);
    return { [Symbol.dispose]: () => this.#leave(caller) };
  }

  #leave(caller: Fingerprint): void {
    this.#count -= 1;
    const own = (this.#byCaller.get(caller) ?? 0) - 1;
    if (own > 0) this.#byCaller.set(caller, own);
    else this.#byCaller.delete(caller);
  }
}
