/** How uploads take turns. */
export interface TurnRules {
  /** Uploads that move bytes at a time. */
  slots: number;
  /** Uploads under way at once, in all and of one downloader; those that wait for their first turn count. */
  uploads: number;
  uploadsOfOne: number;
  /** Milliseconds without taking any byte after which a reader's slot goes to the next. */
  lendAfterMs: number;
  /** Milliseconds for which somebody who was turned away keeps his place in the line. */
  keepPlaceMs: number;
  /** Places that are kept so at once. */
  keptPlaces: number;
}

/** An upload, as far as turns go. */
export interface Claim {
  readonly caller: Caller;
  /** `paused`: it has no slot and wants none, since its reader has bytes to take. `away`: it may come back to its place. */
  state: 'new' | 'waiting' | 'moving' | 'paused' | 'away' | 'over';
  /** Bytes that a turn is for, and those that were handed on in this one. */
  quantum: number;
  spent: number;
  /** True while the reader has bytes to take. */
  reading: boolean;
  /** When it was given them, or was turned away: monotonic milliseconds. */
  since: number;
}

/** A downloader with all that he has under way. */
interface Caller {
  readonly key: string;
  readonly claims: Set<Claim>;
  /** Those of them that wait, and those that are away, oldest first. */
  readonly line: Claim[];
  moving: number;
}

/**
 * Who may move bytes now. Round-robin by downloader: while there are several, each has one slot at a time, however many
 * uploads he has, so that one who opens many gets no more than one who opens one. It decides and does nothing: after
 * each change `next` is to be asked whose turn has come.
 */
export class Turns {
  readonly #rules: TurnRules;
  /** Those who have anyone in the line stand in the order in which they are served. */
  readonly #callers = new Map<string, Caller>();
  /** In the order in which they went. */
  readonly #away = new Set<Claim>();
  #underWay = 0;
  #moving = 0;
  #waiting = 0;

  constructor(rules: TurnRules) {
    this.#rules = rules;
  }

  /** Uploads that have a turn, or wait for one, or whose readers are slow. */
  get underWay(): number {
    return this.#underWay;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Lines up for the first turn. Where there are too many, his place in the line is kept, for when he comes back. */
  enter(key: string, quantum: number, now: number): { claim: Claim; place?: undefined } | { place: number } {
    this.#expire(now);
    const caller = this.#callers.get(key) ?? { key, claims: new Set(), line: [], moving: 0 };
    const kept = caller.line.find(({ state }) => state === 'away');
    const claim = kept ?? { caller, state: 'new', quantum, spent: 0, reading: false, since: now };
    const others = this.#underWay + (kept === undefined ? this.#away.size : 0);
    const full = others >= this.#rules.uploads || caller.claims.size >= this.#rules.uploadsOfOne;
    this.#become(claim, 'waiting');
    return full ? { place: this.turnAway(claim, now) } : { claim: Object.assign(claim, { quantum }) };
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
    this.#become(claim, 'away');
    const [oldest] = this.#away;
    if (this.#away.size > this.#rules.keptPlaces && oldest !== undefined) this.#become(oldest, 'over');
    return place;
  }

  /** Whose turn has come; to be asked until it names nobody. */
  next(): Claim | undefined {
    const claim = this.#nextInLine();
    if (claim !== undefined) {
      this.#become(claim, 'moving');
      claim.spent = 0;
    }
    return claim;
  }

  /** The reader was given bytes. */
  handed(claim: Claim, bytes: number, now: number): void {
    claim.spent += bytes;
    claim.since = now;
    claim.reading = true;
  }

  /** The reader took them. Where the turn is over and somebody is to have the next, he is paused. */
  taken(claim: Claim): void {
    claim.reading = false;
    if (this.#waiting === 0 || claim.state !== 'moving' || claim.spent < claim.quantum) return;
    claim.spent = 0;
    const tooMany = claim.caller.moving > this.#slotsOfOne();
    this.#become(claim, 'paused');
    if (!tooMany && this.#nextInLine() === undefined) this.#become(claim, 'moving');
  }

  /** Pauses those whose readers take nothing, where somebody waits. */
  lend(now: number): void {
    for (const { claims } of this.#callers.values()) {
      if (this.#waiting === 0) return;
      for (const claim of claims) {
        const slow = claim.reading && now - claim.since >= this.#rules.lendAfterMs;
        if (slow && claim.state === 'moving') this.#become(claim, 'paused');
      }
    }
  }

  leave(claim: Claim): void {
    this.#become(claim, 'over');
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
    if (caller.claims.size === 0 && caller.line.length === 0) this.#callers.delete(caller.key);
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
    if (state === 'waiting' || state === 'moving' || state === 'paused') {
      this.#underWay += by;
      if (by === 1) caller.claims.add(claim);
      else caller.claims.delete(claim);
    }
  }
}

/** It moves bytes, or would: all but those whose readers are slow. */
const isReady = ({ state, reading }: Claim): boolean => state !== 'paused' || !reading;
const isWaiting = ({ state }: Claim): boolean => state === 'waiting';
const isInLine = ({ state }: Claim): boolean => state === 'waiting' || state === 'away';
