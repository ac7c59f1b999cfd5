import type { ErrorCode } from '../../../base/errors.ts';
import type { Fingerprint } from '../../../base/ids.ts';
import { jitter, type Random } from '../../../base/random.ts';
import { busyPatienceMs, busyRetryMs, restMs, retryMs } from '../limits.ts';
import { isDefinite, type OwnerFault } from './faults.ts';
import { type AnyOwner, type Listed, ownerKey } from './owners.ts';
import type { OwnerKey } from './swarm.ts';

interface Candidate extends Listed {
  key: OwnerKey;
  /** What it did wrong, until it is given another chance. */
  fault?: OwnerFault | undefined;
  /** Times that it failed since a piece of it was last verified. */
  failures: number;
  /** What was so when it failed last. */
  failed: {
    /** When that was, milliseconds. */
    at: number;
    /** When it may be tried again while others are at work, milliseconds. */
    again: number;
    ticket: string;
    /** As `#pieces`. */
    pieces: number;
  };
}

/** Longest that somebody is left alone where nobody has anything, milliseconds. */
const longestWaitMs = Math.max(...retryMs);

/** What to do when every owner has failed: ask for owners anew after a wait, or give up. */
export type Exhausted = { next: 'ask'; waitMs: number } | { next: 'give-up' };

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
  /** Verified so far. */
  #pieces = 0;

  constructor(listed: readonly Listed[]) {
    this.#candidates = listed.map(candidate);
  }

  /** The first that has not failed: those who have it whole before those who have a part. */
  next(): AnyOwner | undefined {
    return this.#candidates.find((one) => this.#fresh(one))?.owner;
  }

  /**
   * All who can be asked now, the first ones first. Those who failed have another chance once they have rested, after
   * some failures in a row only where somebody brought something meanwhile; those who refused a ticket, with another.
   */
  available(now: number): Listed[] {
    for (const one of this.#candidates) {
      const hope = one.fault?.kind === 'refused' ? one.owner.ticket !== one.failed.ticket : this.#mayRecover(one);
      if (hope && now >= one.failed.again) one.fault = undefined;
    }
    return this.#candidates.filter((one) => this.#fresh(one));
  }

  /** True where somebody else who has it whole could be asked right away. */
  hasOther(owner: AnyOwner): boolean {
    return this.#candidates.some((one) => one.is === 'whole' && this.#fresh(one) && one.key !== ownerKey(owner));
  }

  failed(owner: AnyOwner, fault: OwnerFault, now: number): void {
    const failed = this.#find(owner);
    if (failed === undefined) return;
    failed.fault = fault;
    const again = now + pauseMs(fault, failed.failures++);
    failed.failed = { at: now, again, ticket: owner.ticket, pieces: this.#pieces };
  }

  /** Never to be asked again, wherever that key turns up. */
  ban(owner: AnyOwner): void {
    this.#banned.add(owner.fingerprint);
  }

  /** Counts a piece that did not verify; returns how many of that key's there were. */
  badPiece({ fingerprint }: AnyOwner): number {
    const count = (this.#badPieces.get(fingerprint) ?? 0) + 1;
    this.#badPieces.set(fingerprint, count);
    return count;
  }

  /** Good bytes came of this one: patience starts anew. */
  progressed(owner: AnyOwner): void {
    this.#rounds = 0;
    this.#definiteRounds = 0;
    this.#busySince = undefined;
    this.#pieces++;
    const good = this.#find(owner);
    if (good !== undefined) good.failures = 0;
  }

  /** After a round in which all failed: takes what the roll says now, and gives everybody another chance. */
  refresh(listed: readonly Listed[]): void {
    this.#merge(listed);
    this.#forgive(() => true);
  }

  /** While those at work have nothing: as `refresh`, yet not for those who failed just now. */
  rouse(listed: readonly Listed[], now: number): void {
    this.#merge(listed);
    this.#forgive(({ again, at }) => now >= Math.min(again, at + longestWaitMs));
  }

  /** While some are at work: takes what the roll says now. */
  update(listed: readonly Listed[]): void {
    this.#merge(listed);
    const there = new Set(listed.map(({ owner }) => ownerKey(owner)));
    // Downloaders come and go.
    this.#candidates = this.#candidates.filter(
      ({ is, fault, key }) => is === 'whole' || fault === undefined || there.has(key),
    );
  }

  /** The newest that is known of an owner, its ticket above all. */
  newest(owner: AnyOwner): AnyOwner {
    return this.#find(owner)?.owner ?? owner;
  }

  /** True while standing in line at busy owners is worth it. `now` in milliseconds. */
  standsInLine(now: number): boolean {
    this.#busySince ??= now;
    return now - this.#busySince < busyPatienceMs;
  }

  /** To be asked when `next` has nobody. `now` in milliseconds. */
  exhausted(now: number, random: Random): Exhausted {
    const faults = this.faults().map(({ fault }) => fault);
    const busy = faults.filter(({ kind }) => kind === 'busy');
    if (busy.length > 0) {
      if (!this.standsInLine(now)) return { next: 'give-up' };
      return { next: 'ask', waitMs: Math.min(...busy.map((fault) => busyWaitMs(fault, random))) };
    }
    if (this.#candidates.length > 0 && this.#candidates.every((one) => this.#definite(one))) {
      return this.#definiteRounds++ === 0 ? { next: 'ask', waitMs: 0 } : { next: 'give-up' };
    }
    const wait = retryMs[this.#rounds++];
    return wait === undefined ? { next: 'give-up' } : { next: 'ask', waitMs: jitter(wait, 0.25, random) };
  }

  /** Who failed, and how. */
  faults(): { owner: AnyOwner; fault: OwnerFault }[] {
    return this.#candidates.flatMap(({ owner, fault }) => (fault === undefined ? [] : [{ owner, fault }]));
  }

  /** The name of the failure, once it was given up. */
  verdict(keptBytes: number): ErrorCode {
    const whole = this.#candidates.filter(({ is }) => is === 'whole');
    // Those who have a part come and go: they say little of the content.
    const judged = whole.length > 0 ? whole : this.#candidates;
    const all = (kind: OwnerFault['kind']): boolean =>
      judged.length > 0 &&
      judged.every(({ owner, fault }) => (this.#banned.has(owner.fingerprint) ? kind === 'bad' : fault?.kind === kind));
    if (all('bad')) return 'bad-content';
    if (all('changed')) return 'changed';
    if (keptBytes > 0) return 'unfinished';
    if (all('refused')) return 'refused';
    if (all('missing')) return 'not-found';
    return 'unreachable';
  }

  /**
   * Those who were known keep their order and get their new tickets, then come new ones, then those whom the roll has
   * lost, since a ticket outlives it; in all that, those who have it whole come first.
   */
  #merge(listed: readonly Listed[]): void {
    const said = new Map(listed.map((one) => [ownerKey(one.owner), one]));
    const known = new Set(this.#candidates.map(({ key }) => key));
    const order = [
      ...this.#candidates.flatMap((one) => {
        const now = said.get(one.key);
        return now === undefined ? [] : [{ ...one, ...now }];
      }),
      ...listed.filter(({ owner }) => !known.has(ownerKey(owner))).map(candidate),
      ...this.#candidates.filter(({ key }) => !said.has(key)),
    ];
    this.#candidates = [...order.filter(({ is }) => is === 'whole'), ...order.filter(({ is }) => is === 'partial')];
  }

  #forgive(rested: (failed: Candidate['failed']) => boolean): void {
    for (const one of this.#candidates) {
      if (!this.#banned.has(one.owner.fingerprint) && rested(one.failed)) one.fault = undefined;
    }
  }

  #find(owner: AnyOwner): Candidate | undefined {
    const key = ownerKey(owner);
    return this.#candidates.find((one) => one.key === key);
  }

  #fresh({ owner, fault }: Candidate): boolean {
    return fault === undefined && !this.#banned.has(owner.fingerprint);
  }

  #mayRecover({ fault, failed, failures }: Candidate): boolean {
    if (fault === undefined || isDefinite(fault.kind)) return false;
    return failures <= retryMs.length || this.#pieces > failed.pieces;
  }

  #definite({ owner, fault }: Candidate): boolean {
    return this.#banned.has(owner.fingerprint) || (fault !== undefined && isDefinite(fault.kind));
  }
}

const candidate = ({ owner, is }: Listed): Candidate => ({
  key: ownerKey(owner),
  owner,
  is,
  failures: 0,
  failed: { at: 0, again: 0, ticket: '', pieces: 0 },
});

/** How long to leave a busy owner alone, milliseconds. */
export function busyWaitMs({ retryAfterMs }: OwnerFault, random: Random): number {
  const asked = Math.max(busyRetryMs.least, Math.min(busyRetryMs.most, retryAfterMs ?? busyRetryMs.least));
  return asked * (1 + random() / 4);
}

/** How long an owner that failed rests while others are at work; `earlier` failures in a row came before. */
function pauseMs({ kind, retryAfterMs }: OwnerFault, earlier: number): number {
  if (kind === 'slow') return restMs;
  return Math.max(retryMs[earlier] ?? restMs, kind === 'busy' ? (retryAfterMs ?? 0) : 0);
}
