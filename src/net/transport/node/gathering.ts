import type { Clock } from '../../../base/clock.ts';
import { dripMs, dripsToGather, gatherBytes, gatherMs } from '../limits.ts';

/** What reads for us. */
export interface Reading {
  pause(): void;
  resume(): void;
}

/**
 * Lets bytes that come in drips gather in the system's buffer. On a slow link, or one that many share, every other packet
 * wakes the process, and a wake-up costs more than the bytes that it brings; so it looks only now and then, as often as
 * about `gatherBytes` have come. A fast connection is left alone.
 */
export class Gathering implements Disposable {
  readonly #clock: Clock;
  readonly #reading: Reading;
  #timer: Disposable | undefined;
  /** Milliseconds of the present pauses; 0 while there are none. */
  #pauseMs = 0;
  #drips = 0;
  #heardAt: number;
  /** Since the last pause ended. */
  #bytes = 0;
  #since: number;
  #wanted = true;

  constructor(clock: Clock, reading: Reading) {
    this.#clock = clock;
    this.#reading = reading;
    this.#heardAt = clock.now();
    this.#since = this.#heardAt;
  }

  /** To be called for all that is read. */
  heard(bytes: number): void {
    const now = this.#clock.now();
    const gapMs = now - this.#heardAt;
    this.#heardAt = now;
    this.#bytes += bytes;
    if (this.#timer !== undefined) return;
    if (this.#pauseMs === 0) {
      this.#drips = gapMs < dripMs ? 0 : this.#drips + 1;
      if (this.#drips < dripsToGather) return;
      this.#pauseMs = gatherMs.least;
    }
    this.#pause();
  }

  /** Whether bytes are welcome for other reasons: while they are not, the end of a pause does not bring any. */
  want(wanted: boolean): void {
    this.#wanted = wanted;
    if (wanted && this.#timer === undefined) this.#reading.resume();
  }

  /** The answer is over: the next one is waited for without pauses. */
  over(): void {
    this.#wanted = true;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#reading.resume();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }

  #pause(): void {
    this.#reading.pause();
    this.#timer = this.#clock.after(this.#pauseMs, () => {
      this.#timer = undefined;
      this.#adapt();
      if (this.#wanted) this.#reading.resume();
    });
  }

  /** So that about as many bytes as are wanted come in the next round. */
  #adapt(): void {
    const now = this.#clock.now();
    const wantedMs = ((now - this.#since) * gatherBytes) / Math.max(1, this.#bytes);
    this.#since = now;
    this.#bytes = 0;
    this.#pauseMs = Math.min(gatherMs.most, (this.#pauseMs + wantedMs) / 2);
    if (this.#pauseMs >= gatherMs.least) return;
    this.#pauseMs = 0;
    this.#drips = 0;
  }
}
