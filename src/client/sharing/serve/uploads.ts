import { type Clock, every } from '../../../base/clock.ts';
import { RollcallError } from '../../../base/errors.ts';
import { firstTurnMs, lookAtReadersMs, partingMs, sliceBytes } from '../limits.ts';
import type { Claim } from './claim.ts';
import type { Downloader } from './downloader.ts';
import type { Turns } from './turns.ts';

/** An upload that had its first turn. To be disposed of when it ends. */
export interface Turn extends Disposable {
  /** Most bytes to hand on at a time: few where others wait, so that it shows soon when a reader takes nothing. */
  readonly most: number;
  /**
   * Nothing where bytes may be handed on now; else a promise for when they may, or for when the upload has ended.
   * @throws RollcallError `interrupted`, at once or as a rejection, where it had to make room
   */
  ready(): undefined | Promise<void>;
  /** The reader was given bytes. */
  handed(bytes: number): void;
  /** The reader took them. */
  taken(): void;
}

/** Why there is no turn: his place in the line, from 1; nothing where none is given any more. */
export interface TurnedAway {
  place: number | undefined;
}

/** The uploads under way. */
export class Uploads {
  readonly #turns: Turns;
  readonly #clock: Clock;
  /** Whom to tell that his turn has come, or that he has ended. */
  readonly #waiting = new Map<Claim, () => void>();
  /** Whom to tell of each end. */
  readonly #listening = new Set<() => void>();
  #looking: Disposable | undefined;
  #leaving = false;

  constructor(turns: Turns, clock: Clock) {
    this.#turns = turns;
    this.#clock = clock;
  }

  /** From now on so many move bytes at a time. */
  set slots(slots: number) {
    this.#turns.slots = slots;
    this.#changed();
  }

  /**
   * Waits for a first turn of `quantum` bytes, but not for long, since somebody else may have the content too: then, and
   * where too many are under way, it tells the place in the line. Where the caller goes, it gives a turn that has ended.
   */
  async begin(who: Downloader, quantum: number, signal: AbortSignal): Promise<Turn | TurnedAway> {
    if (this.#leaving) return { place: undefined };
    const entered = this.#turns.enter(who, quantum, this.#clock.now());
    if (entered.place !== undefined) return entered;
    const { claim, cut } = entered;
    if (cut !== undefined) this.#tell(cut);
    this.#changed();
    const place = claim.state === 'waiting' ? await this.#firstTurn(claim, signal) : undefined;
    return place === undefined ? this.#turn(claim) : { place };
  }

  /**
   * Begins nothing more. Resolves once what is under way has ended, or after `partingMs`: a slow reader holds nobody for
   * longer. @throws the signal's reason
   */
  async quiet(signal: AbortSignal): Promise<void> {
    this.#leaving = true;
    signal.throwIfAborted();
    if (this.#turns.underWay > 0) await this.#allEnded(signal);
  }

  /** @returns the place where the turn did not come in time */
  #firstTurn(claim: Claim, signal: AbortSignal): Promise<number | undefined> {
    return new Promise((resolve) => {
      const settle = (place?: number): void => {
        timer[Symbol.dispose]();
        signal.removeEventListener('abort', gone);
        this.#waiting.delete(claim);
        resolve(place);
      };
      const gone = (): void => {
        this.#end(claim);
        settle();
      };
      const timer = this.#clock.after(firstTurnMs, () => {
        const place = this.#turns.turnAway(claim, this.#clock.now());
        settle(place);
        this.#ended();
      });
      this.#waiting.set(claim, settle);
      signal.addEventListener('abort', gone);
      if (signal.aborted) gone();
    });
  }

  #turn(claim: Claim): Turn {
    const turns = this.#turns;
    const clock = this.#clock;
    return {
      get most() {
        return turns.waiting > 0 ? sliceBytes : Number.POSITIVE_INFINITY;
      },
      ready: () => this.#ready(claim),
      handed: (bytes) => turns.handed(claim, bytes, clock.now()),
      taken: () => {
        turns.taken(claim, clock.now());
        if (claim.state === 'paused') this.#changed();
      },
      [Symbol.dispose]: () => this.#end(claim),
    };
  }

  #ready(claim: Claim): undefined | Promise<void> {
    if (claim.state === 'moving') return undefined;
    throwIfCut(claim);
    this.#turns.want(claim);
    this.#changed();
    if (claim.state !== 'waiting') return undefined;
    const told = new Promise<void>((resolve) => {
      this.#waiting.set(claim, resolve);
    });
    return told.then(() => throwIfCut(claim));
  }

  #end(claim: Claim): void {
    if (claim.state === 'over') return;
    this.#turns.leave(claim);
    this.#tell(claim);
    this.#ended();
  }

  #ended(): void {
    this.#changed();
    for (const tell of [...this.#listening]) tell();
  }

  /** Tells those whose turn has come, and looks after slow readers while somebody waits. */
  #changed(): void {
    const now = this.#clock.now();
    for (let claim = this.#turns.next(now); claim !== undefined; claim = this.#turns.next(now)) this.#tell(claim);
    if (this.#turns.waiting === 0) {
      this.#looking?.[Symbol.dispose]();
      this.#looking = undefined;
    } else {
      this.#looking ??= every(this.#clock, lookAtReadersMs, () => {
        this.#turns.lend(this.#clock.now());
        this.#changed();
      });
    }
  }

  #tell(claim: Claim): void {
    const tell = this.#waiting.get(claim);
    this.#waiting.delete(claim);
    tell?.();
  }

  #allEnded(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        timer[Symbol.dispose]();
        this.#listening.delete(look);
        signal.removeEventListener('abort', settle);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      const look = (): void => {
        if (this.#turns.underWay === 0) settle();
      };
      const timer = this.#clock.after(partingMs, settle);
      this.#listening.add(look);
      signal.addEventListener('abort', settle);
    });
  }
}

function throwIfCut({ state }: Claim): void {
  if (state === 'cut') throw new RollcallError('interrupted', 'this upload made room for somebody who had fewer');
}
