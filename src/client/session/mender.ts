import { type Clock, sleep } from '../../base/clock.ts';
import { asRollcallError, type RollcallError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { backoff } from './backoff.ts';

export interface MenderOptions {
  clock: Clock;
  random: Random;
  /** One try. */
  attempt(signal: AbortSignal): Promise<void>;
  /** Told before each wait. */
  waits(why: string, retryMs: number): void;
  /** True where another try would fail alike. */
  hopeless(error: RollcallError): boolean;
  signal: AbortSignal;
}

/** Tries again and again, ever further apart, until a try holds or there is no hope. */
export class Mender {
  readonly #options: MenderOptions;
  #wait: AbortController | undefined;
  #try: AbortController | undefined;
  #failures = 0;

  constructor(options: MenderOptions) {
    this.#options = options;
  }

  /** @throws RollcallError what there is no hope against; the signal's reason */
  async mend(why: string, firstMs: number): Promise<void> {
    const { random, signal, waits, hopeless } = this.#options;
    this.#failures = 0;
    for (let last = why, retryMs = firstMs; ; ) {
      waits(last, retryMs);
      await this.#sleep(retryMs);
      const failure = await this.#attempt();
      if (failure === 'none') return;
      signal.throwIfAborted();
      if (failure !== 'given-up' && hopeless(failure)) throw failure;
      this.#failures += 1;
      last = failure === 'given-up' ? 'awake after a while' : failure.message;
      retryMs = failure === 'given-up' ? 0 : backoff(this.#failures, random);
    }
  }

  /** Ends the first wait: the tracker itself asked. Not a later one, or a full tracker would be stormed. */
  hurry(): void {
    if (this.#failures === 0) this.#wait?.abort();
  }

  /** Ends any wait or try, and starts over: the world has changed, and what was sent into the old one may be lost. */
  wake(): void {
    this.#failures = 0;
    this.#wait?.abort();
    this.#try?.abort();
  }

  async #attempt(): Promise<'none' | 'given-up' | RollcallError> {
    const { attempt, signal } = this.#options;
    const giveUp = new AbortController();
    this.#try = giveUp;
    try {
      await attempt(AbortSignal.any([signal, giveUp.signal]));
      return 'none';
    } catch (error) {
      return giveUp.signal.aborted ? 'given-up' : asRollcallError(error);
    } finally {
      this.#try = undefined;
    }
  }

  async #sleep(ms: number): Promise<void> {
    const { clock, signal } = this.#options;
    const wait = new AbortController();
    this.#wait = wait;
    try {
      await sleep(clock, ms, AbortSignal.any([signal, wait.signal]));
    } catch (error) {
      if (signal.aborted || !wait.signal.aborted) throw error;
    } finally {
      this.#wait = undefined;
    }
  }
}
