interface Event {
  at: number;
  order: number;
  act: () => void;
}

/** Things that are going to happen, by time, and in the order in which they were said for one time. */
export class Events {
  #now = 0;
  #order = 0;
  readonly #heap: Event[] = [];

  /** Milliseconds. */
  get now(): number {
    return this.#now;
  }

  /** When the next one is due; never, where there is none. */
  get next(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  after(ms: number, act: () => void): void {
    const heap = this.#heap;
    heap.push({ at: this.#now + ms, order: this.#order++, act });
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) break;
      at = parent;
    }
  }

  /** Lets time pass; nothing may be due before. */
  passTo(ms: number): void {
    this.#now = ms;
  }

  /** Does what is due first. */
  act(): void {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return;
    if (this.#heap.length > 0) this.#heap[0] = last;
    this.#sink();
    this.#now = Math.max(this.#now, first.at);
    first.act();
  }

  #sink(): void {
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= this.#heap.length) return;
      const right = left + 1;
      const child = right < this.#heap.length && this.#before(right, left) ? right : left;
      if (!this.#swapIfBefore(child, at)) return;
      at = child;
    }
  }

  #before(one: number, other: number): boolean {
    const [left, right] = [this.#heap[one], this.#heap[other]];
    if (left === undefined || right === undefined) return false;
    return left.at < right.at || (left.at === right.at && left.order < right.order);
  }

  #swapIfBefore(child: number, parent: number): boolean {
    const [low, high] = [this.#heap[child], this.#heap[parent]];
    if (low === undefined || high === undefined || !this.#before(child, parent)) return false;
    this.#heap[child] = high;
    this.#heap[parent] = low;
    return true;
  }
}
