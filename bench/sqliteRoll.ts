import Database from 'better-sqlite3';
import type { Announcement } from '../src/base/roll.ts';
import type { Peer } from '../src/directory/directory.ts';
import { fold } from '../src/directory/fold.ts';

/** The rival: the same roll in SQLite, in memory, with an index for each question and FTS5's trigrams for substrings. */
export class SqliteRoll {
  readonly #database = new Database(':memory:');
  readonly #insert: Database.Statement;
  readonly #insertName: Database.Statement;
  readonly #find: Database.Statement;

  constructor() {
    this.#database.pragma('journal_mode = off');
    this.#database.exec(`
      create table resource (row integer primary key, session integer, name text, folded text, id blob, size integer,
        kind text, description text, modified integer);
      create unique index own on resource (session, name);
      create index by_name on resource (folded, name);
      create index by_content on resource (id);
      create virtual table folded_name using fts5 (folded, content = '', tokenize = 'trigram case_sensitive 1');
    `);
    this.#insert = this.#database.prepare(`
      insert or ignore into resource (session, name, folded, id, size, kind, description, modified)
      values (?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#insertName = this.#database.prepare('insert into folded_name (rowid, folded) values (?, ?)');
    this.#find = this.#database.prepare(`
      select resource.* from folded_name join resource on resource.row = folded_name.rowid
      where folded_name match ? order by resource.folded, resource.name, resource.id limit 101`);
  }

  announce(peer: Peer, announced: readonly Announcement[]): void {
    this.#database.transaction(() => {
      for (const { name, id, size, kind, description, modified } of announced) {
        const folded = fold(name);
        const values = [peer.session, name, folded, Buffer.from(id, 'hex'), size, kind, description, modified];
        const { changes, lastInsertRowid } = this.#insert.run(...values);
        if (changes > 0) this.#insertName.run(lastInsertRowid, folded);
      }
    })();
  }

  /** For patterns of three characters or more: shorter ones have no trigram. */
  find(pattern: string): unknown[] {
    return this.#find.all(`"${fold(pattern).replaceAll('"', '""')}"`);
  }

  count(): number {
    return Number(this.#database.prepare('select count(*) from resource').pluck().get());
  }

  bytes(): number {
    return (
      Number(this.#database.pragma('page_count', { simple: true })) *
      Number(this.#database.pragma('page_size', { simple: true }))
    );
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
