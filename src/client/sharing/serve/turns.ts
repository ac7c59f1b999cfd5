import { isLoopback } from '../../../base/loopback.ts';
import {
  type Caller,
  type Claim,
  isAway,
  isInLine,
  isReady,
  isUnderWay,
  isWaiting,
  newCaller,
  newClaim,
} from './claim.ts';
import { Counts } from './counts.ts';
import type { Downloader } from './downloader.ts';
import { whoYields } from './fairShare.ts';
import type { TurnRules } from './turnRules.ts';

/** An upload that lines up, and the one that made room for it; or his place who was turned away. */
export type Entered = { claim: Claim; cut: Claim | undefined; place?: undefined } | { place: number };

/**
 * Who may move bytes now. Round-robin by downloader: while there are several, each has one slot at a time, however many
 * uploads he has, so that one who opens many gets no more than one who opens one. It decides and does nothing: after
 * each change `next` is to be asked whose turn has come.
 */
export class Turns {
  #rules: TurnRules;
  /** Those who have anyone in the line stand in the order in which they are served. */
  readonly #callers = new Map<string, Caller>();
  /** In the order in which they went. */
  readonly #away = new Set<Claim>();
  /** Uploads under way by address. */
  readonly #byAddress = new Counts();
  #entered = 0;
  #underWay = 0;
  #cut = 0;
  #moving = 0;
  #waiting = 0;

  constructor(rules: TurnRules) {
    this.#rules = rules;
  }

  /** From now on so many move bytes at a time; those who are too many stop once what they were given is taken. */
  set slots(slots: number) {
    this.#rules = { ...this.#rules, slots };
  }

  /** Uploads that have a turn, or wait for one, or whose readers are slow. */
  get underWay(): number {
    return this.#underWay;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Lines up for the first turn, where `cut` has to make room for it: that one is to be told. Where there are too many,
   * his place in the line is kept, for when he comes back.
   */
  enter(who: Downloader, quantum: number, now: number): Entered {
    this.#expire(now);
    const caller = this.#callers.get(who.key) ?? newCaller(who.key);
    const claim = caller.line.find(isAway) ?? newClaim(caller, who, this.#entered++, now);
    Object.assign(claim, { quantum, address: who.address });
    const room = this.#roomFor(claim, now);
    this.#become(claim, 'waiting');
    return room === undefined ? { place: this.turnAway(claim, now) } : { claim, cut: room.cut };
  }

  /** Lines up for another turn, unless this one still goes on. */
  want(claim: Claim): void {
    if (claim.state === 'paused') this.#become(claim, 'waiting');
  }

  /** In which place somebody in the line is served: 1 is next. */
  place(claim: Claim): number {
    const own = claim.caller.line.indexOf(claim);
    let place = own + 1;
    let ahead = 1;
    for (const { line } of this.#callers.values()) {
      if (line === claim.caller.line) ahead = 0;
      else place += Math.min(line.length, own + ahead);
    }
    return place;
  }

  /** Sends somebody who waits away. @returns his place, which is kept for a while */
  turnAway(claim: Claim, now: number): number {
    const place = this.place(claim);
    claim.since = now;
    this.#become(claim, this.#keepsPlace(claim) ? 'away' : 'over');
    const [oldest] = this.#away;
    if (this.#away.size > this.#rules.keptPlaces && oldest !== undefined) this.#become(oldest, 'over');
    return place;
  }

  /** Whose turn has come; to be asked until it names nobody. */
  next(now: number): Claim | undefined {
    const claim = this.#nextInLine();
    if (claim !== undefined) {
      this.#become(claim, 'moving');
      claim.spent = 0;
      claim.begunAt ??= now;
    }
    return claim;
  }

  /** The reader was given bytes. */
  handed(claim: Claim, bytes: number, now: number): void {
    claim.spent += bytes;
    claim.since = now;
    claim.given = bytes;
  }

  /** The reader took them. Where the turn is over and somebody is to have the next, he is paused. */
  taken(claim: Claim, now: number): void {
    claim.flow.took(claim.given, now);
    claim.given = 0;
    if (claim.state !== 'moving') return;
    const overfull = this.#moving > this.#rules.slots;
    if (!overfull && (this.#waiting === 0 || claim.spent < claim.quantum)) return;
    claim.spent = 0;
    const tooMany = overfull || claim.caller.moving > this.#slotsOfOne();
    this.#become(claim, 'paused');
    if (!tooMany && this.#nextInLine() === undefined) this.#become(claim, 'moving');
  }

  /** Pauses those whose readers take nothing, where somebody waits. */
  lend(now: number): void {
    for (const { claims } of this.#callers.values()) {
      if (this.#waiting === 0) return;
      for (const claim of claims) {
        const slow = claim.given > 0 && now - claim.since >= this.#rules.lendAfterMs;
        if (slow && claim.state === 'moving') this.#become(claim, 'paused');
      }
    }
  }

  leave(claim: Claim): void {
    this.#become(claim, 'over');
  }

  /** Nothing where it has to wait outside; else which upload has to make room, if one has to. */
  #roomFor(claim: Claim, now: number): { cut: Claim | undefined } | undefined {
    const { uploads, uploadsOfOne, stalledMs, yieldAfterMs } = this.#rules;
    if (claim.caller.claims.size >= uploadsOfOne) return undefined;
    const addressIsFull = this.#byAddress.of(claim.address) >= this.#uploadsOf(claim.address);
    if (!addressIsFull && this.#underWay + this.#earlier(claim) < uploads) return { cut: undefined };
    const areTaken = addressIsFull || this.#underWay >= uploads;
    // Those that were cut hold memory and a connection until their readers are gone.
    if (!areTaken || this.#cut >= uploads) return undefined;
    const all = Array.from(this.#callers.values(), ({ claims }) => [...claims]).flat();
    const within = addressIsFull ? 'address' : 'all';
    const cut = whoYields(all, { newcomer: claim, within, now, stalledMs, yieldAfterMs });
    if (cut === undefined) return undefined;
    this.#become(cut, 'cut');
    return { cut };
  }

  #uploadsOf(address: string): number {
    return isLoopback(address) ? this.#rules.uploads : this.#rules.uploadsOfAddress;
  }

  /** How many are away and came before him: nobody overtakes them. */
  #earlier({ number }: Claim): number {
    let count = 0;
    for (const other of this.#away) if (other.number < number) count += 1;
    return count;
  }

  /** A place is kept for nobody who has all he may have: it would keep others out. */
  #keepsPlace({ caller, address }: Claim): boolean {
    let held = this.#byAddress.of(address);
    for (const other of this.#away) if (other.address === address) held += 1;
    const own = caller.claims.size + caller.line.filter(isAway).length;
    return held <= this.#uploadsOf(address) && own <= this.#rules.uploadsOfOne;
  }

  #nextInLine(): Claim | undefined {
    if (this.#waiting === 0 || this.#moving >= this.#rules.slots) return undefined;
    const most = this.#slotsOfOne();
    for (const { line, moving } of this.#callers.values()) {
      const claim = moving < most ? line.find(isWaiting) : undefined;
      if (claim !== undefined) return claim;
    }
    return undefined;
  }

  /** All for a downloader who is alone, else one each. */
  #slotsOfOne(): number {
    let present = 0;
    for (const { claims } of this.#callers.values()) {
      for (const claim of claims) {
        if (!isReady(claim)) continue;
        present += 1;
        break;
      }
      if (present > 1) return 1;
    }
    return this.#rules.slots;
  }

  #expire(now: number): void {
    for (const claim of this.#away) {
      if (now - claim.since < this.#rules.keepPlaceMs) return;
      this.#become(claim, 'over');
    }
  }

  #become(claim: Claim, state: Claim['state']): void {
    const { caller } = claim;
    const wasInLine = isInLine(claim);
    const moved = claim.state === 'moving';
    this.#count(claim, -1);
    claim.state = state;
    this.#count(claim, 1);
    if (wasInLine && !isInLine(claim)) caller.line.splice(caller.line.indexOf(claim), 1);
    const linedUp = !wasInLine && isInLine(claim) && caller.line.push(claim) === 1;
    if (linedUp || moved) {
      this.#callers.delete(caller.key);
      this.#callers.set(caller.key, caller);
    }
    const isGone = caller.claims.size === 0 && caller.line.length === 0;
    if (isGone && this.#callers.get(caller.key) === caller) this.#callers.delete(caller.key);
  }

  #count(claim: Claim, by: 1 | -1): void {
    const { caller, state } = claim;
    if (state === 'away') {
      if (by === 1) this.#away.add(claim);
      else this.#away.delete(claim);
    }
    if (state === 'waiting') this.#waiting += by;
    if (state === 'moving') {
      this.#moving += by;
      caller.moving += by;
    }
    if (state === 'cut') this.#cut += by;
    if (isUnderWay(claim)) {
      this.#underWay += by;
      this.#byAddress.add(claim.address, by);
      if (by === 1) caller.claims.add(claim);
      else caller.claims.delete(claim);
    }
  }
}
