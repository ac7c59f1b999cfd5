/** As people sort: `file 9` before `file 10`, by the rules of the machine's language. */
const collator = new Intl.Collator(undefined, { numeric: true });

/** Two texts are equal where they are the same, and only then. */
export function compareTexts(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** Things that come and go, in an order that is made up for when it is asked for. */
export class Sorted<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #isGone: (item: T) => boolean;
  #sorted: T[] = [];
  #added: T[] = [];
  #someGone = false;

  constructor(compare: (a: T, b: T) => number, isGone: (item: T) => boolean) {
    this.#compare = compare;
    this.#isGone = isGone;
  }

  add(item: T): void {
    this.#added.push(item);
  }

  /** Something that was added is gone by now. */
  gone(): void {
    this.#someGone = true;
  }

  /** All that are there, in order; not to be changed. */
  all(): readonly T[] {
    if (this.#someGone) {
      this.#sorted = this.#sorted.filter((item) => !this.#isGone(item));
      this.#added = this.#added.filter((item) => !this.#isGone(item));
      this.#someGone = false;
    }
    if (this.#added.length > 0) {
      this.#sorted = merged(this.#sorted, this.#added.sort(this.#compare), this.#compare);
      this.#added = [];
    }
    return this.#sorted;
  }
}

/** Two sorted rows made one. Few comparisons where the second is short: each of its places is looked for by halving. */
function merged<T>(long: readonly T[], short: readonly T[], compare: (a: T, b: T) => number): T[] {
  const all: T[] = [];
  let from = 0;
  for (const item of short) {
    const to = placeOf(long, item, from, compare);
    for (; from < to; from++) all.push(long[from] as T);
    all.push(item);
  }
  for (; from < long.length; from++) all.push(long[from] as T);
  return all;
}

/** How many from `low` on come before `item`, counted from the beginning of all. */
function placeOf<T>(sorted: readonly T[], item: T, low: number, compare: (a: T, b: T) => number): number {
  let [first, last] = [low, sorted.length];
  while (first < last) {
    const middle = (first + last) >>> 1;
    if (compare(sorted[middle] as T, item) < 0) first = middle + 1;
    else last = middle;
  }
  return first;
}
