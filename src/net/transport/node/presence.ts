import type { Clock } from '../../../base/clock.ts';
import type { Fingerprint } from '../../../base/ids.ts';
import { httpIdleMs, writeMs } from '../limits.ts';

/** A caller's connection, as far as our patience with it goes. */
export class Presence {
  /** Of the certificate that the caller showed, if any. */
  readonly fingerprint: Fingerprint | undefined;
  readonly #clock: Clock;
  /** Requests that came and are not answered in full. */
  #underWay = 0;
  /** Since when there has been none, monotonic milliseconds. */
  #quietSince: number;
  /** Since when a write waits to be taken. */
  #writingSince: number | undefined;

  constructor(clock: Clock, fingerprint: Fingerprint | undefined) {
    this.#clock = clock;
    this.#quietSince = clock.now();
    this.fingerprint = fingerprint;
  }

  requestCame(): void {
    this.#underWay += 1;
  }

  requestEnded(): void {
    this.#underWay -= 1;
    this.#quietSince = this.#clock.now();
  }

  writeBegan(): void {
    this.#writingSince = this.#clock.now();
  }

  writeEnded(): void {
    this.#writingSince = undefined;
  }

  /** True for those who ask nothing, and for those who ask and then hardly read. */
  get overdue(): boolean {
    const now = this.#clock.now();
    if (this.#writingSince !== undefined) return now - this.#writingSince > writeMs;
    return this.#underWay === 0 && now - this.#quietSince > httpIdleMs;
  }
}
