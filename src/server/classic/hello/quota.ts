/**
 * Counts what is taken, in all and by address. No address may have more than is left for all others: so whoever holds much
 * of it leaves room for those who hold little.
 */
export class Quota {
  readonly #total: number;
  readonly #perAddress: number;
  readonly #counts = new Map<string, number>();
  #taken = 0;

  constructor(limits: { total: number; perAddress: number }) {
    this.#total = limits.total;
    this.#perAddress = limits.perAddress;
  }

  get taken(): number {
    return this.#taken;
  }

  /** False where there is no more. */
  take(address: string): boolean {
    const count = this.#counts.get(address) ?? 0;
    if (count >= Math.min(this.#perAddress, this.#total - this.#taken)) return false;
    this.#counts.set(address, count + 1);
    this.#taken += 1;
    return true;
  }

  giveBack(address: string): void {
    const count = this.#counts.get(address) ?? 0;
    if (count > 1) this.#counts.set(address, count - 1);
    else this.#counts.delete(address);
    this.#taken -= 1;
  }
}
