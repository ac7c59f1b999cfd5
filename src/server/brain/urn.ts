import type { Random } from '../../base/random.ts';

/** A set that things are drawn from by chance, in time that grows with what is drawn and not with what is there. */
export class Urn<T> {
  readonly #items: T[] = [];
  readonly #places = new Map<T, number>();

  get size(): number {
    return this.#items.length;
  }

  add(item: T): void {
    if (this.#places.has(item)) return;
    this.#places.set(item, this.#items.length);
    this.#items.push(item);
  }

  delete(item: T): void {
    const place = this.#places.get(item);
    if (place === undefined) return;
    this.#swap(place, this.#items.length - 1);
    this.#items.pop();
    this.#places.delete(item);
  }

  /**
   * All of them, each order as likely as another: a Fisher-Yates shuffle that goes on for as long as it is asked. Nothing
   * may be put in or taken out meanwhile.
   */
  *shuffled(random: Random): Generator<T, void> {
    for (let at = 0; at < this.#items.length; at++) {
      const item = this.#swap(at, at + Math.floor(random() * (this.#items.length - at)));
      if (item !== undefined) yield item;
    }
  }

  /** Returns what is at the first place then. */
  #swap(first: number, second: number): T | undefined {
    const [here, there] = [this.#items[first], this.#items[second]];
    if (here === undefined || there === undefined) return undefined;
    this.#put(there, first);
    this.#put(here, second);
    return there;
  }

  #put(item: T, place: number): void {
    this.#items[place] = item;
    this.#places.set(item, place);
  }
}
