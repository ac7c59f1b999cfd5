import type { ErrorCode } from '../../../base/errors.ts';
import type { Fingerprint } from '../../../base/ids.ts';
import { jitter, type Random } from '../../../base/random.ts';
import type { Owner } from '../../../base/roll.ts';
import { busyPatienceMs, busyRetryMs, retryMs } from '../limits.ts';
import { isDefinite, type OwnerFault } from './faults.ts';

interface Candidate {
  owner: Owner;
  /** What it did wrong since the owners were last asked for. */
  fault?: OwnerFault | undefined;
}

/** What to do when every owner has failed: ask for owners anew after a wait, or give up. */
export type Exhausted = { next: 'ask'; waitMs: number } | { next: 'give-up' };

const key = ({ fingerprint, address, port }: Owner): string => `${fingerprint} ${address} ${port}`;

/** Whom to ask next, and how long to go on asking. Decides only: it neither waits nor asks. */
export class Roster {
  #candidates: Candidate[];
  readonly #banned = new Set<Fingerprint>();
  readonly #badPieces = new Map<Fingerprint, number>();
  /** Times that owners were asked for since the last verified piece. */
  #rounds = 0;
  /** As `#rounds`, for those where nothing but a definite answer had come. */
  #definiteRounds = 0;
  #busySince: number | undefined;

  constructor(owners: readonly Owner[]) {
    this.#candidates = owners.map((owner) => ({ owner }));
  }

  /** The first that has not failed. */
  next(): Owner | undefined {
    return this.#candidates.find((candidate) => this.#fresh(candidate))?.owner;
  }

  /** True where somebody else could be asked right away. */
  hasOther(owner: Owner): boolean {
    return this.#candidates.some((candidate) => this.#fresh(candidate) && key(candidate.owner) !== key(owner));
  }

  failed(owner: Owner, fault: OwnerFault): void {
    for (const candidate of this.#candidates) if (key(candidate.owner) === key(owner)) candidate.fault = fault;
  }

  /** Never to be asked again, wherever that key turns up. */
  ban(owner: Owner): void {
    this.#banned.add(owner.fingerprint);
  }

  /** Counts a piece that did not verify; returns how many of that key's there were. */
  badPiece({ fingerprint }: Owner): number {
    const count = (this.#badPieces.get(fingerprint) ?? 0) + 1;
    this.#badPieces.set(fingerprint, count);
    return count;
  }

  /** Good bytes came: patience starts anew. */
  progressed(): void {
    this.#rounds = 0;
    this.#definiteRounds = 0;
    this.#busySince = undefined;
  }

  /**
   * Takes what the roll says now: those who were known keep their order and get their new tickets, then come new ones,
   * then those whom the roll has lost, since a ticket outlives it.
   */
  refresh(owners: readonly Owner[]): void {
    const fresh = new Map(owners.map((owner) => [key(owner), owner]));
    const known = this.#candidates.map(({ owner }) => owner);
    const keys = new Set(known.map(key));
    const order = [
      ...known.flatMap((owner) => fresh.get(key(owner)) ?? []),
      ...owners.filter((owner) => !keys.has(key(owner))),
      ...known.filter((owner) => !fresh.has(key(owner))),
    ];
    const faults = new Map(this.#candidates.map(({ owner, fault }) => [key(owner), fault]));
    this.#candidates = order.map((owner) => ({
      owner,
      fault: this.#banned.has(owner.fingerprint) ? faults.get(key(owner)) : undefined,
    }));
  }

  /** To be asked when `next` has nobody. `now` in milliseconds. */
  exhausted(now: number, random: Random): Exhausted {
    const faults = this.faults().map(({ fault }) => fault);
    const busy = faults.filter(({ kind }) => kind === 'busy');
    if (busy.length > 0) {
      this.#busySince ??= now;
      if (now - this.#busySince >= busyPatienceMs) return { next: 'give-up' };
      const asked = Math.min(...busy.map(({ retryAfterMs }) => retryAfterMs ?? busyRetryMs.least));
      const least = Math.max(busyRetryMs.least, Math.min(busyRetryMs.most, asked));
      return { next: 'ask', waitMs: least * (1 + random() / 4) };
    }
    if (this.#candidates.length > 0 && this.#candidates.every((candidate) => this.#definite(candidate))) {
      return this.#definiteRounds++ === 0 ? { next: 'ask', waitMs: 0 } : { next: 'give-up' };
    }
    const wait = retryMs[this.#rounds++];
    return wait === undefined ? { next: 'give-up' } : { next: 'ask', waitMs: jitter(wait, 0.25, random) };
  }

  /** Who failed, and how. */
  faults(): { owner: Owner; fault: OwnerFault }[] {
    return this.#candidates.flatMap(({ owner, fault }) => (fault === undefined ? [] : [{ owner, fault }]));
  }

  /** The name of the failure, once it was given up. */
  verdict(keptBytes: number): ErrorCode {
    const all = (kind: OwnerFault['kind']): boolean =>
      this.#candidates.length > 0 &&
      this.#candidates.every(({ owner, fault }) =>
        this.#banned.has(owner.fingerprint) ? kind === 'bad' : fault?.kind === kind,
      );
    if (all('bad')) return 'bad-content';
    if (all('changed')) return 'changed';
    if (keptBytes > 0) return 'unfinished';
    if (all('refused')) return 'refused';
    if (all('missing')) return 'not-found';
    return 'unreachable';
  }

  #fresh({ owner, fault }: Candidate): boolean {
    return fault === undefined && !this.#banned.has(owner.fingerprint);
  }

  #definite({ owner, fault }: Candidate): boolean {
    return this.#banned.has(owner.fingerprint) || (fault !== undefined && isDefinite(fault.kind));
  }
}
