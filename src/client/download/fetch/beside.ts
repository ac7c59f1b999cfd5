import type { Log } from '../../../base/log.ts';
import { maxBeside } from '../limits.ts';
import { OwnerFault } from '../plan/faults.ts';
import { ownerKey, ownerName } from '../plan/owners.ts';
import type { OwnerKey } from '../plan/swarm.ts';
import type { Source } from './source.ts';

/**
 * What one owner is asked for: resolves to the one right answer, whoever gives it, or throws. It may go on with several
 * owners at a time.
 */
export type Question<T> = (source: Source) => Promise<T>;

/** The owners that a question is put to beside one. */
export class Beside<T> implements AsyncDisposable {
  /** The first good answer; no owner's fault. */
  readonly answered: Promise<{ answer: T; from: Source }>;
  readonly #ask: Question<T>;
  readonly #another: (asked: ReadonlySet<OwnerKey>) => Source | undefined;
  readonly #log: Log;
  readonly #asked = new Set<OwnerKey>();
  readonly #running = new Map<Source, Promise<void>>();
  #answer: (first: { answer: T; from: Source }) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  /** `another`: one who was not asked yet, if there is one. */
  constructor(ask: Question<T>, another: (asked: ReadonlySet<OwnerKey>) => Source | undefined, log: Log) {
    this.#ask = ask;
    this.#another = another;
    this.#log = log;
    this.answered = new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
    });
  }

  /** Asks one more where all before are silent or slow as well. */
  look(): void {
    const running = [...this.#running.keys()];
    if (running.length >= maxBeside || running.some(({ progress }) => progress.doubt === undefined)) return;
    const source = this.#another(this.#asked);
    if (source === undefined) return;
    this.#asked.add(ownerKey(source.owner));
    this.#running.set(source, this.#put(source));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = [...this.#running];
    this.#running.clear();
    for (const [source] of running) source.breakOff(new OwnerFault('cut', 'it is not needed any more'));
    await Promise.all(running.map(([, done]) => done));
  }

  async #put(source: Source): Promise<void> {
    await using _source = source;
    try {
      this.#answer({ answer: await this.#ask(source), from: source });
    } catch (error) {
      if (!(error instanceof OwnerFault)) return this.#fail(error);
      if (!this.#running.has(source)) return;
      this.#log.debug(
        { owner: ownerName(source.owner), fault: error.kind, why: error.message },
        'an owner beside failed',
      );
    } finally {
      this.#running.delete(source);
    }
  }
}
