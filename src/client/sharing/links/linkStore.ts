import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Database } from '../../../sqlite/database.ts';
import { linksBusyMs } from '../limits.ts';

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS short_links (code TEXT PRIMARY KEY, ticket TEXT, caller TEXT, ends INTEGER);
  CREATE INDEX IF NOT EXISTS short_links_by_end ON short_links (ends);
  CREATE TABLE IF NOT EXISTS link_uses (
    link TEXT, address TEXT, begun INTEGER, finished INTEGER, ends INTEGER,
    PRIMARY KEY (link, address)
  );
  CREATE INDEX IF NOT EXISTS link_uses_by_end ON link_uses (ends);
  PRAGMA user_version = 1;`;

/**
 * What is known of links, on disk: one key may serve from several processes, and a link outlives a restart. Made at the
 * first use, since most peers never see one. What goes wrong is thrown: a link that cannot be counted is not served.
 */
export class LinkStore implements Disposable {
  readonly #file: string;
  #database: Database | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** All that `act` does, or nothing of it; what has ended at `now` is gone before. */
  change<T>(now: number, act: (database: Database) => T): T {
    const database = this.#open();
    const done: T[] = [];
    database.transaction(() => {
      for (const table of ['short_links', 'link_uses']) database.run(`DELETE FROM ${table} WHERE ends <= ?`, now);
      done.push(act(database));
    });
    return done[0] as T;
  }

  read<T>(act: (database: Database) => T): T {
    return act(this.#open());
  }

  #open(): Database {
    if (this.#database !== undefined) return this.#database;
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const database = new Database(this.#file, { timeout: linksBusyMs });
    database.execute(schema);
    this.#database = database;
    return database;
  }

  [Symbol.dispose](): void {
    this.#database?.[Symbol.dispose]();
    this.#database = undefined;
  }
}
