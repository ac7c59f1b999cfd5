import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import { fingerprint } from '../../base/ids.ts';
import { collisionKey, type UserName, userName } from '../../base/names.ts';
import { Database } from '../../sqlite/database.ts';
import { maxNames, maxNamesPerKey } from '../limits.ts';
import type { Account, Accounts } from './accounts.ts';

interface Row {
  name: string;
  fingerprint: string | null;
}

/** `schema[n]` brings a database of version n to n + 1; SQLite keeps the version as `user_version`. */
const schema = [
  `create table account (
     key text primary key,          -- the collision key of the name
     name text not null,
     fingerprint text not null,
     created integer not null       -- milliseconds since 1970
   ) strict, without rowid;
   create index account_fingerprint on account (fingerprint);`,
  `create table account_1 (
     key text primary key,
     name text not null,
     fingerprint text,              -- null where it was given without a key
     created integer not null
   ) strict, without rowid;
   insert into account_1 select key, name, fingerprint, created from account;
   drop table account;
   alter table account_1 rename to account;
   create index account_fingerprint on account (fingerprint);`,
];

/**
 * The accounts in `rollcall.db` in `folder`, which is made where it is missing. One tracker at a time has it.
 * @throws RollcallError `usage` where the folder cannot be used, `fault` where the database is damaged
 */
export function openAccounts(folder: string, clock: Clock, limits: { names?: number; perKey?: number } = {}): Accounts {
  const { names = maxNames, perKey = maxNamesPerKey } = limits;
  const file = join(folder, 'rollcall.db');
  const guarded = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw explain(error, file);
    }
  };
  const database = guarded(() => open(folder, file));

  const count = (sql: string, ...values: string[]): number => Number(guarded(() => database.value(sql, ...values)));
  const holder = (user: UserName): Account | undefined => {
    const key = collisionKey(user);
    const row = guarded(() => database.row('select name, fingerprint from account where key = ?', key)) as
      | Row
      | undefined;
    if (row === undefined) return undefined;
    return {
      user: userName(row.name),
      fingerprint: row.fingerprint === null ? undefined : fingerprint(row.fingerprint),
    };
  };

  return {
    async claim(user, key) {
      const held = holder(user);
      if (held !== undefined) return held;
      if (key !== undefined && count('select count(*) from account where fingerprint = ?', key) >= perKey) {
        throw new RollcallError(
          'limit',
          `your key has ${perKey} names at this tracker, which is the limit: free one with "rollcall unregister"`,
        );
      }
      if (count('select count(*) from account') >= names) {
        throw new RollcallError(
          'limit',
          `this tracker keeps ${names} names and has them all: ask who runs it to free some`,
        );
      }
      guarded(() =>
        database.run(
          'insert into account (key, name, fingerprint, created) values (?, ?, ?, ?)',
          ...[collisionKey(user), user, key ?? null, Math.round(clock.wall())],
        ),
      );
      return { user, fingerprint: key };
    },
    async holder(user) {
      return holder(user);
    },
    async namesOf(key) {
      const names = guarded(() =>
        database.value('select json_group_array(name) from account where fingerprint = ?', key),
      );
      return (JSON.parse(String(names)) as string[]).map(userName);
    },
    async release(user) {
      guarded(() => database.run('delete from account where key = ?', collisionKey(user)));
    },
    async check() {
      // Writes a page, synced, and changes nothing.
      guarded(() => database.execute(`pragma user_version = ${schema.length}`));
    },
    [Symbol.dispose]() {
      database[Symbol.dispose]();
    },
  };
}

function open(folder: string, file: string): Database {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = new Database(file, { timeout: 1000 });
  try {
    // Before WAL, so that SQLite needs no shared memory; and two trackers on one folder would undo each other's names.
    database.execute('pragma locking_mode = exclusive; pragma journal_mode = wal');
    // A name that was given must outlive a power cut.
    database.execute('pragma synchronous = full');
    const version = database.value('pragma user_version');
    if (typeof version !== 'number' || version > schema.length) {
      throw new RollcallError('usage', `${file} was written by a newer rollcall: run that one, or use another --data`);
    }
    const steps = schema.slice(version).join('\n');
    database.execute(`begin immediate;\n${steps}\npragma user_version = ${schema.length}; commit;`);
    return database;
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

function explain(error: unknown, file: string): unknown {
  if (error instanceof RollcallError || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  const say = (kind: 'usage' | 'fault' | 'no-space', text: string): RollcallError =>
    new RollcallError(kind, text, { cause: error });
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return say('fault', `${file} is damaged: put a copy of it back, or move it away, and every name is free again`);
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return say('usage', `${file} is in use by another tracker: stop that one, or use another --data`);
  }
  if (code.startsWith('SQLITE_FULL')) return say('no-space', `the disk is full: ${file} could not be written`);
  if (/^(SQLITE_(CANTOPEN|READONLY|PERM|AUTH|IOERR)|E[A-Z]+$)/.test(code) || error instanceof TypeError) {
    return say(
      'usage',
      `${file} cannot be opened or written (${error.message}): mend its permissions, or use another --data`,
    );
  }
  return say('fault', `${file}: ${error.message}`);
}
