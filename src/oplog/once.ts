import type { Clock } from '../base/clock.ts';
import type { Written } from './journal.ts';
import { maxRemembered, rememberMs } from './limits.ts';

/** A call that may have come before. */
export interface OnceCall {
  /** Names its sender and all of its bytes. */
  key: string;
  /** What it came over; nothing for a datagram. */
  connection?: number | undefined;
  line: string;
}

interface Remembered {
  connection: number | undefined;
  since: number;
  /** Those to tell, until it is known. */
  waiting: Written[] | undefined;
}

/**
 * Appends a line once, however often its call comes: a client of UDP sends a call again when the answer is late, and one of
 * TCP when its connection was lost. Over one connection nothing is sent twice, so each call there counts. What failed is
 * forgotten, so that it may be tried again.
 */
export class Once {
  readonly #append: (line: string, written: Written) => void;
  readonly #clock: Clock;
  readonly #limit: number;
  /** From the oldest to the newest. */
  readonly #calls = new Map<string, Remembered>();

  constructor(append: (line: string, written: Written) => void, clock: Clock, limit: number = maxRemembered) {
    this.#append = append;
    this.#clock = clock;
    this.#limit = limit;
  }

  append({ key, connection, line }: OnceCall, written: Written): void {
    const now = this.#clock.now();
    this.#forget((oldest) => now - oldest.since >= rememberMs);
    const earlier = this.#calls.get(key);
    if (earlier !== undefined && (connection === undefined || connection !== earlier.connection)) {
      if (earlier.waiting === undefined) written(true);
      else earlier.waiting.push(written);
      return;
    }
    const call: Remembered = { connection, since: now, waiting: [written] };
    this.#calls.delete(key);
    this.#forget(() => this.#calls.size >= this.#limit);
    this.#calls.set(key, call);
    this.#append(line, (outcome) => {
      const { waiting = [] } = call;
      call.waiting = undefined;
      if (!outcome && this.#calls.get(key) === call) this.#calls.delete(key);
      for (const tell of waiting) tell(outcome);
    });
  }

  #forget(toForget: (oldest: Remembered) => boolean): void {
    for (const [key, oldest] of this.#calls) {
      if (!toForget(oldest)) return;
      this.#calls.delete(key);
    }
  }
}
