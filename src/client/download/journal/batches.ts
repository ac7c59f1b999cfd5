import type { Clock } from '../../../base/clock.ts';
import { RollcallError } from '../../../base/errors.ts';
import { type PieceRun, runsOf } from '../../../base/layout.ts';
import { batchFiles, batchMs } from '../limits.ts';
import type { Part } from './part.ts';

export interface BatchesOptions {
  clock: Clock;
  /** Verified bytes a batch. */
  batchBytes: number;
  /** Makes it last that these pieces are there. Their bytes last already. */
  record(runs: readonly PieceRun[]): Promise<void>;
}

/**
 * Verified pieces on their way into the journal: a batch is synced while the next one gathers. A sync that failed is a
 * failure for good, since the system forgets what it could not write: what was in it is never recorded.
 */
export class Batches {
  readonly #options: BatchesOptions;
  #parts = new Set<Part>();
  #pieces: number[] = [];
  #bytes = 0;
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
  add(part: Part, piece: number, bytes: number): void | Promise<void> {
    this.#throwFailure();
    if (!this.#parts.has(part)) {
      this.#parts.add(part);
      part.hold();
    }
    this.#pieces.push(piece);
    this.#bytes += bytes;
    return this.#next();
  }

  /** Nothing where more may come; a promise where two batches are full, as `add` returns it. */
  room(): void | Promise<void> {
    return this.#full ? this.#syncing?.then(() => this.#throwFailure()) : undefined;
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

  /** Records nothing more, and lets go of all parts. */
  async close(): Promise<void> {
    this.#failure ??= { error: new RollcallError('interrupted', 'the download was stopped') };
    this.#timer?.[Symbol.dispose]();
    await this.#syncing;
    for (const part of this.#parts) part.release();
    this.#parts.clear();
  }

  get #waiting(): boolean {
    return this.#pieces.length > 0;
  }

  get #full(): boolean {
    return this.#bytes >= this.#options.batchBytes || this.#parts.size >= batchFiles;
  }

  #next(): void | Promise<void> {
    if (!this.#full) {
      this.#timer ??= this.#options.clock.after(batchMs, () => {
        this.#timer = undefined;
        if (this.#syncing === undefined) this.#start();
      });
      return undefined;
    }
    if (this.#syncing !== undefined) return this.room();
    this.#start();
    return undefined;
  }

  #start(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const [parts, pieces] = [this.#parts, this.#pieces];
    this.#parts = new Set();
    this.#pieces = [];
    this.#bytes = 0;
    this.#syncing = this.#sync(parts, pieces)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#syncing = undefined;
        if (this.#failure === undefined && this.#waiting) void this.#next();
      });
  }

  async #sync(parts: ReadonlySet<Part>, pieces: number[]): Promise<void> {
    try {
      await allSettled([...parts].map((part) => part.datasync()));
      await this.#options.record(runsOf(pieces.sort((a, b) => a - b)));
    } finally {
      for (const part of parts) part.release();
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
