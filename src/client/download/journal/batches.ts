import type { Clock } from '../../../base/clock.ts';
import { RollcallError } from '../../../base/errors.ts';
import { batchFiles, batchMs } from '../limits.ts';
import { runsOf } from '../plan/pieces.ts';
import type { JournalRun } from './lines.ts';
import type { Part } from './part.ts';

export interface BatchesOptions {
  clock: Clock;
  /** Verified bytes a batch. */
  batchBytes: number;
  /** Makes it last that these pieces are there. Their bytes last already. */
  record(runs: readonly JournalRun[]): Promise<void>;
}

/**
 * Verified pieces on their way into the journal: a batch is synced while the next one gathers. A sync that failed is a
 * failure for good, since the system forgets what it could not write: what was in it is never recorded.
 */
export class Batches {
  readonly #options: BatchesOptions;
  #gathered = new Map<Part, number[]>();
  #gatheredBytes = 0;
  #done: Part[] = [];
  #timer: Disposable | undefined;
  #syncing: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  constructor(options: BatchesOptions) {
    this.#options = options;
  }

  /**
   * Takes note of a piece that is verified and written. Returns a promise where two batches are full: the disk is behind.
   * @throws what an earlier batch failed with
   */
  add(part: Part, index: number, bytes: number): void | Promise<void> {
    this.#throwFailure();
    const indices = this.#gathered.get(part);
    if (indices === undefined) this.#gathered.set(part, [index]);
    else indices.push(index);
    this.#gatheredBytes += bytes;
    return this.#next();
  }

  /** Nothing more will come for this part: it is closed once all is recorded. Returns a promise as `add` does. */
  retire(part: Part): void | Promise<void> {
    this.#done.push(part);
    this.#throwFailure();
    return this.#next();
  }

  /** Records all that was added. @throws what a batch failed with */
  async flush(): Promise<void> {
    this.#throwFailure();
    while (this.#syncing !== undefined || this.#waiting) {
      if (this.#syncing === undefined) this.#start();
      await this.#syncing;
      this.#throwFailure();
    }
  }

  /** Records nothing more; closes the parts that were retired. */
  async close(): Promise<void> {
    this.#failure ??= { error: new RollcallError('interrupted', 'the download was stopped') };
    this.#timer?.[Symbol.dispose]();
    await this.#syncing;
    await allSettled(this.#done.splice(0).map((part) => part.file.close()));
  }

  get #waiting(): boolean {
    return this.#gathered.size > 0 || this.#done.length > 0;
  }

  get #full(): boolean {
    const files = Math.max(this.#gathered.size, this.#done.length);
    return this.#gatheredBytes >= this.#options.batchBytes || files >= batchFiles;
  }

  #next(): void | Promise<void> {
    if (!this.#full) {
      this.#timer ??= this.#options.clock.after(batchMs, () => {
        this.#timer = undefined;
        if (this.#syncing === undefined) this.#start();
      });
      return undefined;
    }
    if (this.#syncing !== undefined) return this.#syncing.then(() => this.#throwFailure());
    this.#start();
    return undefined;
  }

  #start(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const [gathered, done] = [this.#gathered, this.#done];
    this.#gathered = new Map();
    this.#gatheredBytes = 0;
    this.#done = [];
    this.#syncing = this.#sync(gathered, done)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#syncing = undefined;
        if (this.#failure === undefined && this.#waiting) void this.#next();
      });
  }

  async #sync(gathered: ReadonlyMap<Part, number[]>, done: readonly Part[]): Promise<void> {
    try {
      await allSettled([...gathered.keys()].map((part) => part.file.datasync()));
      const runs = [...gathered].flatMap(([{ number }, indices]) =>
        runsOf(indices.sort((a, b) => a - b)).map((run) => ({ file: number, ...run })),
      );
      if (runs.length > 0) await this.#options.record(runs);
    } finally {
      await allSettled(done.map((part) => part.file.close()));
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** Waits for all, whatever becomes of them. @throws what the first one threw */
async function allSettled(promises: readonly Promise<void>[]): Promise<void> {
  for (const settled of await Promise.allSettled(promises)) if (settled.status === 'rejected') throw settled.reason;
}
