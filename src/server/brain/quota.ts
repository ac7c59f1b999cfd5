import { RollcallError } from '../../base/errors.ts';
import type { Fingerprint } from '../../base/ids.ts';

export interface QuotaLimits {
  all: number;
  perKey: number;
  perAddress: number;
}

/** Whom something is counted against. */
interface Holder {
  fingerprint: Fingerprint;
  address: string;
}

/** Counts what many hold: in all, by key, since one may open many sessions, and by address, since keys cost nothing. */
export class Quota {
  readonly #what: string;
  readonly #limits: QuotaLimits;
  readonly #held = new Map<object, Holder & { count: number }>();
  readonly #byKey = new Map<string, number>();
  readonly #byAddress = new Map<string, number>();
  #size = 0;

  /** `what` is counted, in the plural, for the refusal. */
  constructor(what: string, limits: QuotaLimits) {
    this.#what = what;
    this.#limits = limits;
  }

  /** What all hold. */
  get size(): number {
    return this.#size;
  }

  /** `by` holds so many, in place of those before. @throws RollcallError `limit`, which it names: then nothing changes */
  hold(by: object, { fingerprint, address }: Holder, count: number): void {
    const before = this.#held.get(by);
    this.#add(before, -1);
    const after = { fingerprint, address, count };
    const full = this.#full(after);
    if (full !== undefined) {
      this.#add(before, 1);
      throw new RollcallError('limit', `${full} ${this.#what}, which is the limit: try again later`);
    }
    this.#add(after, 1);
    if (count > 0) this.#held.set(by, after);
    else this.#held.delete(by);
  }

  letGo(by: object): void {
    this.#add(this.#held.get(by), -1);
    this.#held.delete(by);
  }

  #full({ fingerprint, address, count }: Holder & { count: number }): string | undefined {
    const { all, perKey, perAddress } = this.#limits;
    if (this.#size + count > all) return `this tracker has ${all}`;
    if ((this.#byKey.get(fingerprint) ?? 0) + count > perKey) return `your key has ${perKey}`;
    if ((this.#byAddress.get(address) ?? 0) + count > perAddress) return `your address has ${perAddress}`;
    return undefined;
  }

  #add(held: (Holder & { count: number }) | undefined, sign: 1 | -1): void {
    if (held === undefined) return;
    this.#size += sign * held.count;
    change(this.#byKey, held.fingerprint, sign * held.count);
    change(this.#byAddress, held.address, sign * held.count);
  }
}

function change(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
