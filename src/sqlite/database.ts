import Sqlite from 'better-sqlite3';
import { RollcallError } from '../base/errors.ts';

/**
 * Every handle of better-sqlite3 that was ever made. Its version 12, the last for Node 20, aborts the process on Node 24
 * when one of its handles is garbage-collected, so none ever is: statements are made once for each text.
 */
const kept: object[] = [];

function keep<Handle extends object>(handle: Handle): Handle {
  kept.push(handle);
  return handle;
}

function open(file: string, { timeout, readOnly = false }: DatabaseOptions): Sqlite.Database {
  try {
    return keep(new Sqlite(file, { timeout, readonly: readOnly }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_DLOPEN_FAILED') throw error;
    throw new RollcallError('usage', `SQLite was built for another Node than ${process.version}: make clean && make`, {
      cause: error,
    });
  }
}

export interface DatabaseOptions {
  /** Milliseconds to wait where another process has the file locked. Nothing else happens here meanwhile. */
  timeout: number;
  /** For a file that is there, and that somebody else may be writing. */
  readOnly?: boolean | undefined;
}

/** A file of SQLite. What goes wrong is thrown as better-sqlite3 throws it, with SQLite's own code. */
export class Database implements Disposable {
  readonly #database: Sqlite.Database;
  readonly #statements = new Map<string, Sqlite.Statement>();

  /** @throws RollcallError `usage` where rollcall was installed for another version of Node */
  constructor(file: string, options: DatabaseOptions) {
    this.#database = open(file, options);
  }

  /** Runs statements that take and give nothing. */
  execute(sql: string): void {
    this.#database.exec(sql);
  }

  /** The first row, if there is one. */
  row(sql: string, ...values: unknown[]): unknown {
    return this.#statement(sql).get(...values);
  }

  /** The first column of the first row, as of a count or a pragma. */
  value(sql: string, ...values: unknown[]): unknown {
    const row = this.row(sql, ...values);
    return typeof row === 'object' && row !== null ? Object.values(row)[0] : undefined;
  }

  /** Every row; whoever asks for many asks by pages. */
  rows(sql: string, ...values: unknown[]): unknown[] {
    return this.#statement(sql).all(...values);
  }

  /** Does all that `act` writes, or where it throws nothing of it. */
  transaction(act: () => void): void {
    this.run('begin immediate');
    try {
      act();
      this.run('commit');
    } catch (error) {
      // A full disk has undone it already.
      if (this.#database.inTransaction) this.run('rollback');
      throw error;
    }
  }

  /** Rows that were changed. */
  run(sql: string, ...values: unknown[]): number {
    return this.#statement(sql).run(...values).changes;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #statement(sql: string): Sqlite.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = keep(this.#database.prepare(sql));
    this.#statements.set(sql, made);
    return made;
  }
}
