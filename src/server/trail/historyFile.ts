import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RollcallError } from '../../base/errors.ts';
import { safeText } from '../../base/safeText.ts';
import { Database } from '../../sqlite/database.ts';
import { lockedMs } from './limits.ts';
import type { Operation, Row } from './trail.ts';

/** `schema[n]` brings a database of version n to n + 1; SQLite keeps the version as `user_version`. */
const schema = [
  `create table operation (
     row integer primary key autoincrement,
     received integer not null,     -- milliseconds since 1970
     stamp text,                    -- the asker's own word of when
     user text,
     operation text not null,
     parameters text not null,      -- JSON
     outcome text not null,         -- 'ok', or the error's code
     address text not null,
     dialect text not null
   ) strict;
   create index operation_received on operation (received);
   create table follower (
     name text primary key,
     next integer not null,         -- the first row that is not done
     parts integer not null,        -- how much of that is
     tag integer not null           -- 32 random bits
   ) strict, without rowid;`,
];

export const historyFile = (folder: string): string => join(folder, 'history.db');

/** Opens `history.db` for the tracker; made where it is missing. @throws RollcallError `usage`, `fault` or `no-space` */
export function openHistory(file: string, maxBytes: number): Database {
  let database: Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Nobody else is to read who did what; SQLite makes its own files beside it alike.
    closeSync(openSync(file, 'a', 0o600));
    database = new Database(file, { timeout: lockedMs });
    // Others may read while the tracker writes. What a power cut takes is the last moments, and never the file.
    database.execute('pragma journal_mode = wal; pragma synchronous = normal');
    const version = versionOf(database, file);
    if (version < schema.length) {
      const steps = schema.slice(version).join('\n');
      database.execute(`begin immediate;\n${steps}\npragma user_version = ${schema.length}; commit;`);
    }
    const pageBytes = Number(database.value('pragma page_size'));
    // From here on nothing waits for a lock: the tracker has better things to do, and tries again later.
    database.execute(`pragma max_page_count = ${Math.floor(maxBytes / pageBytes)}; pragma busy_timeout = 0`);
    return database;
  } catch (error) {
    database?.[Symbol.dispose]();
    throw explain(error, file);
  }
}

/** Opens `history.db` for a look, while the tracker may be writing it. @throws RollcallError `usage` or `fault` */
export function readHistory(file: string): Database {
  let database: Database | undefined;
  try {
    database = new Database(file, { timeout: lockedMs, readOnly: true });
    versionOf(database, file);
    return database;
  } catch (error) {
    database?.[Symbol.dispose]();
    throw explain(error, file);
  }
}

function versionOf(database: Database, file: string): number {
  const version = Number(database.value('pragma user_version'));
  if (version > schema.length) {
    throw new RollcallError(
      'usage',
      `${safeText(file)} was written by a newer rollcall: run that one, or use another --data`,
    );
  }
  return version;
}

/** What SQLite says went wrong with the file, as a person can make use of it. */
export function explain(error: unknown, file: string): unknown {
  if (error instanceof RollcallError || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const say = (kind: 'usage' | 'fault' | 'no-space', text: string): RollcallError =>
    new RollcallError(kind, `${safeText(file)} ${text}`, { cause: error });
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return say('fault', 'is damaged: put a copy of it back, or move it away, and a new history begins');
  }
  if (code.startsWith('SQLITE_BUSY')) return say('usage', 'is locked by another program: end that one and try again');
  if (code.startsWith('SQLITE_FULL')) return say('no-space', 'cannot be written: the disk is full');
  if (/^(SQLITE_(CANTOPEN|READONLY|PERM|AUTH|IOERR)|E[A-Z]+$)/.test(code) || error instanceof TypeError) {
    const why = safeText(error.message);
    return say('usage', `cannot be opened (${why}): mend its permissions, or name another folder with --data`);
  }
  return say('fault', `cannot be used: ${safeText(error.message)}`);
}

const insert = `insert into operation (received, stamp, user, operation, parameters, outcome, address, dialect)
  values (?, ?, ?, ?, ?, ?, ?, ?)`;

export function insertOperation(database: Database, operation: Operation): void {
  const { received, stamp = null, user = null, parameters, outcome, address, dialect } = operation;
  const told = JSON.stringify(parameters);
  database.run(insert, Math.round(received), stamp, user, operation.operation, told, outcome, address, dialect);
}

/** A row as SQLite has it. */
type Stored = Omit<Row, 'stamp' | 'user' | 'parameters'> & {
  stamp: string | null;
  user: string | null;
  parameters: string;
};

/** Rows of `select * from operation`. */
export function rowsOf(selected: unknown[]): Row[] {
  return (selected as Stored[]).map(({ stamp, user, parameters, ...stored }) => ({
    ...stored,
    stamp: stamp ?? undefined,
    user: user ?? undefined,
    parameters: JSON.parse(parameters) as Row['parameters'],
  }));
}
