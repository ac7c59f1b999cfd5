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
   * At most `count` of those that fit, each as likely as another: a Fisher-Yates shuffle that stops when it has enough.
   * Those that do not fit are drawn too, so where they are many it takes its time.
   */
  draw(count: number, random: Random, fits: (item: T) => boolean): T[] {
    const drawn: T[] = [];
    for (let at = 0; at < this.#items.length && drawn.length < count; at++) {
      const item = this.#swap(at, at + Math.floor(random() * (this.#items.length - at)));
      if (item !== undefined && fits(item)) drawn.push(item);
    }
    return drawn;
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
