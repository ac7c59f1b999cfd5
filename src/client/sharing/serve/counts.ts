/** How many each of them has. Whoever has none takes no memory. */
export class Counts {
  readonly #counts = new Map<string, number>();

  of(who: string): number {
    return this.#counts.get(who) ?? 0;
  }

  add(who: string, by: 1 | -1): void {
    const count = this.of(who) + by;
    if (count > 0) this.#counts.set(who, count);
    else this.#counts.delete(who);
  }
}
