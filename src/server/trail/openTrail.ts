import { type Clock, every } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Database } from '../../sqlite/database.ts';
import { createFollowers, type Followers } from './followers.ts';
import { historyFile, insertOperation, openHistory } from './historyFile.ts';
import { maxRows, maxTrailBytes, maxWaitingRows, maxWrittenRows, pruneMs, pruneOnMs, writeAgainMs } from './limits.ts';
import { prune } from './prune.ts';
import type { Follower, Operation, Trail } from './trail.ts';

export interface TrailOptions {
  /** Milliseconds that a row is kept. */
  keepMs: number;
  clock: Clock;
  log: Log;
  /** In place of those in `limits.ts`. */
  limits?: { rows?: number; bytes?: number; waitingRows?: number } | undefined;
}

/**
 * The trail in `history.db` in `folder`, which is made where it is missing.
 * @throws RollcallError `usage` where the folder cannot be used, `fault` where the file is damaged, `no-space`
 */
export function openTrail(folder: string, options: TrailOptions): Trail {
  const { rows = maxRows, bytes = maxTrailBytes, waitingRows = maxWaitingRows } = options.limits ?? {};
  const database = openHistory(historyFile(folder), bytes);
  return new TrailFile(database, { ...options, limits: { rows, bytes, waitingRows } });
}

interface Settings extends TrailOptions {
  limits: { rows: number; bytes: number; waitingRows: number };
}

/**
 * What is recorded in one turn of the event loop is one transaction at its end: each row costs a fraction of what it would
 * cost alone, and what a crash of the process takes is that turn's.
 */
class TrailFile implements Trail {
  readonly #database: Database;
  readonly #settings: Settings;
  readonly #followers: Followers;
  readonly #prunes: Disposable;
  #pruneOn: Disposable | undefined;
  #waiting: Operation[] = [];
  #lost = 0;
  #turnEnd: NodeJS.Immediate | undefined;
  /** Set while the file cannot be written. */
  #again: Disposable | undefined;
  #failing = false;
  #warnedOfUnread = false;

  constructor(database: Database, settings: Settings) {
    this.#database = database;
    this.#settings = settings;
    this.#followers = createFollowers(database, () => this.#soon());
    this.#prunes = every(settings.clock, pruneMs, () => this.#prune());
  }

  record(operation: Operation): void {
    if (this.#waiting.length < this.#settings.limits.waitingRows) this.#waiting.push(operation);
    else this.#lost += 1;
    this.#soon();
  }

  follow(name: string, woken: () => void): Follower {
    this.#flush();
    return this.#followers.follow(name, woken);
  }

  [Symbol.dispose](): void {
    this.#prunes[Symbol.dispose]();
    this.#pruneOn?.[Symbol.dispose]();
    while (this.#needsWriting) if (!this.#flush()) break;
    this.#again?.[Symbol.dispose]();
    clearImmediate(this.#turnEnd);
    if (this.#waiting.length > 0) {
      this.#settings.log.error(
        { lost: this.#waiting.length + this.#lost },
        'the audit trail ends without its last rows',
      );
    }
    this.#database[Symbol.dispose]();
  }

  get #needsWriting(): boolean {
    return this.#waiting.length > 0 || this.#followers.moved;
  }

  #soon(): void {
    if (this.#again === undefined) this.#turnEnd ??= setImmediate(() => this.#flush());
  }

  /** Writes what fits in one go; false where it could not be written. */
  #flush(): boolean {
    clearImmediate(this.#turnEnd);
    this.#turnEnd = undefined;
    if (!this.#needsWriting) return true;
    const batch = this.#waiting.slice(0, maxWrittenRows);
    try {
      this.#database.transaction(() => {
        for (const operation of batch) insertOperation(this.#database, operation);
        this.#followers.save();
      });
    } catch (error) {
      this.#failed(error);
      return false;
    }
    this.#waiting = this.#waiting.slice(batch.length);
    this.#followers.saved();
    this.#succeeded();
    if (this.#waiting.length > 0) this.#soon();
    if (batch.length > 0) this.#followers.wake();
    return true;
  }

  #failed(error: unknown): void {
    const { clock, log } = this.#settings;
    if (!this.#failing) {
      log.error({ error: String(error) }, 'the audit trail cannot be written: operations go on, and their rows wait');
    }
    this.#failing = true;
    this.#again?.[Symbol.dispose]();
    this.#again = clock.after(writeAgainMs, () => {
      this.#again = undefined;
      this.#prune();
      this.#flush();
    });
  }

  #succeeded(): void {
    if (!this.#failing) return;
    this.#settings.log.warn({ lost: this.#lost }, 'the audit trail is written again');
    this.#failing = false;
    this.#lost = 0;
  }

  #prune(): void {
    const { keepMs, clock, log, limits } = this.#settings;
    this.#pruneOn?.[Symbol.dispose]();
    try {
      const { more, unread } = prune(this.#database, {
        before: Math.round(clock.wall() - keepMs),
        owed: this.#followers.owed,
        maxRows: limits.rows,
        maxBytes: limits.bytes,
      });
      if (unread > 0 && !this.#warnedOfUnread) {
        log.warn({ rows: unread }, 'the audit trail is full: rows go that the operations log has not got');
      }
      this.#warnedOfUnread = unread > 0;
      if (more) this.#pruneOn = clock.after(pruneOnMs, () => this.#prune());
    } catch (error) {
      log.debug({ error: String(error) }, 'the audit trail could not be pruned: it is tried again');
    }
  }
}
