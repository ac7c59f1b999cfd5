import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../../src/base/log.ts';
import { historyFile, readHistory } from '../../../src/server/trail/historyFile.ts';
import { openTrail, type TrailOptions } from '../../../src/server/trail/openTrail.ts';
import { search, type Wanted } from '../../../src/server/trail/search.ts';
import type { Operation, Row, Trail } from '../../../src/server/trail/trail.ts';
import { Database } from '../../../src/sqlite/database.ts';
import { FakeClock } from '../../support/fakeClock.ts';
import { type Logged, recordingLog } from '../support/brain.ts';

export const dayMs = 86_400_000;

/** A trail in a folder of its own, on a clock that stands still. */
export class TrailScene implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'rollcall-trail-'));
  readonly clock: FakeClock = new FakeClock();
  readonly logged: Logged[];
  readonly log: Log;
  readonly #options: TrailOptions;
  trail: Trail;
  #open = true;

  constructor(options: Partial<TrailOptions> = {}) {
    const { log, lines } = recordingLog();
    this.logged = lines;
    this.log = log;
    this.#options = { keepMs: 90 * dayMs, clock: this.clock, log, ...options };
    this.trail = openTrail(this.folder, this.#options);
  }

  get file(): string {
    return historyFile(this.folder);
  }

  /** An announcement, as of now. */
  operation(name: string, more: Partial<Operation> = {}): Operation {
    return {
      received: this.clock.wall(),
      user: 'alice',
      operation: 'announce',
      parameters: { count: 1, names: [name] },
      outcome: 'ok',
      address: '192.168.1.9',
      dialect: 'native',
      ...more,
    };
  }

  record(name: string, more?: Partial<Operation>): void {
    this.trail.record(this.operation(name, more));
  }

  close(): void {
    if (this.#open) this.trail[Symbol.dispose]();
    this.#open = false;
  }

  reopen(): void {
    this.close();
    this.#open = true;
    this.trail = openTrail(this.folder, this.#options);
  }

  /** What another process reads. */
  rows(wanted: Wanted = {}): Row[] {
    using database = readHistory(this.file);
    return [...search(database, wanted)].flat();
  }

  /** The first names of what another process reads. */
  names(wanted: Wanted = {}): (string | undefined)[] {
    return this.rows(wanted).map(({ parameters }) => parameters.names?.[0]);
  }

  /** Keeps everybody else from writing. */
  lock(): Disposable {
    const other = new Database(this.file, { timeout: 0 });
    other.execute('begin immediate');
    return {
      [Symbol.dispose]() {
        other.execute('rollback');
        other[Symbol.dispose]();
      },
    };
  }

  messages(level: string): string[] {
    return this.logged.filter((line) => line.level === level).map(({ message }) => message);
  }

  [Symbol.dispose](): void {
    this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
