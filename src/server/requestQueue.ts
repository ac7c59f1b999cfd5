import { setImmediate } from 'node:timers/promises';
import { type Clock, sleep } from '../base/clock.ts';
import { RollcallError } from '../base/errors.ts';
import { sizeText } from '../base/sizeText.ts';
import {
  burstTokens,
  maxWaitingBytes,
  maxWaitingRequests,
  slowReaderLookMs,
  slowReaderMs,
  tokensPerSecond,
  unreadBytes,
} from './limits.ts';
import { TokenBucket } from './tokenBucket.ts';

export interface Pending {
  /** Bytes that it takes while it waits. */
  bytes: number;
  /** What it weighs; see `requestTokens`. */
  tokens: number;
  /** Answers it. Never fails. */
  answer(): Promise<void>;
}

export interface QueueEvents {
  /** Bytes that the asker has not read yet. */
  unreadBytes(): number;
  /** The asker has not read for so long that nothing more is answered. */
  tooSlow(): void;
  /** Everything is answered. */
  idle(): void;
}

/** Takes tokens, and returns how long to wait before using them, milliseconds. */
type Take = (tokens: number) => number;

function ownTokens(clock: Clock): Take {
  const bucket = new TokenBucket(burstTokens, tokensPerSecond, clock.now());
  return (tokens) => bucket.take(tokens, clock.now());
}

/**
 * The requests of one connection: answered one at a time, in their order, as fast as its tokens last and its reading
 * keeps up. What is over waits, up to a limit.
 */
export class RequestQueue {
  readonly #clock: Clock;
  readonly #events: QueueEvents;
  readonly #take: Take;
  #waiting: Pending[] = [];
  #bytes = 0;
  #working = false;
  /** Ends the waits; made only where there is one. */
  #stop: AbortController | undefined;

  /** Without `take` it has tokens of its own. */
  constructor(clock: Clock, events: QueueEvents, take: Take = ownTokens(clock)) {
    this.#clock = clock;
    this.#events = events;
    this.#take = take;
  }

  get working(): boolean {
    return this.#working;
  }

  /** @throws RollcallError `limit` */
  add(pending: Pending): void {
    if (this.#waiting.length >= maxWaitingRequests || this.#bytes + pending.bytes > maxWaitingBytes) {
      throw new RollcallError(
        'limit',
        `more than ${maxWaitingRequests} requests, or ${sizeText(maxWaitingBytes)} of them, wait for their answers: ask again when they have come`,
      );
    }
    this.#waiting.push(pending);
    this.#bytes += pending.bytes;
    if (!this.#working) void this.#work();
  }

  /** Forgets what waits; what is being answered is answered yet. */
  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
    this.#stop?.abort(new RollcallError('interrupted', 'the connection ends'));
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (!(await this.#mayAnswer(next))) break;
      this.#waiting.shift();
      this.#bytes -= next.bytes;
      await next.answer();
      // Others have their turn, however many requests came at once.
      if (this.#waiting.length > 0) await setImmediate();
    }
    this.#working = false;
    this.#events.idle();
  }

  /** Waits for the tokens, and for the asker to read; says whether `next` is still to be answered. */
  async #mayAnswer(next: Pending): Promise<boolean> {
    const waitMs = this.#take(next.tokens);
    let paid = waitMs === 0;
    try {
      if (!paid) await this.#sleep(waitMs);
      paid = true;
      for (const from = this.#clock.now(); this.#events.unreadBytes() > unreadBytes; ) {
        if (this.#clock.now() - from >= slowReaderMs) {
          this.#events.tooSlow();
          return false;
        }
        await this.#sleep(slowReaderLookMs);
      }
    } catch {
      // Cleared meanwhile: what it was not worth goes back to others who share the tokens.
      if (!paid) this.#take(-next.tokens);
    }
    return this.#waiting[0] === next;
  }

  #sleep(ms: number): Promise<void> {
    this.#stop = new AbortController();
    return sleep(this.#clock, ms, this.#stop.signal);
  }
}
