import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import { fingerprint } from '../../base/ids.ts';
import { collisionKey, type UserName, userName } from '../../base/names.ts';
import { maxNames, maxNamesPerKey } from '../limits.ts';
import type { Account, Accounts } from './accounts.ts';

interface Row {
  name: string;
  fingerprint: string;
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

  const select = database.prepare<[string], Row>('select name, fingerprint from account where key = ?');
  const countOf = database.prepare<[string], number>('select count(*) from account where fingerprint = ?').pluck();
  const count = database.prepare<[], number>('select count(*) from account').pluck();
  const insert = database.prepare('insert into account (key, name, fingerprint, created) values (?, ?, ?, ?)');
  const remove = database.prepare('delete from account where key = ?');

  const holder = (user: UserName): Account | undefined => {
    const row = guarded(() => select.get(collisionKey(user)));
    return row && { user: userName(row.name), fingerprint: fingerprint(row.fingerprint) };
  };

  return {
    async claim(user, key) {
      const held = holder(user);
      if (held !== undefined) return held;
      if ((guarded(() => countOf.get(key)) ?? 0) >= perKey) {
        throw new RollcallError(
          'limit',
          `your key has ${perKey} names at this tracker, which is the limit: free one with "rollcall unregister"`,
        );
      }
      if ((guarded(() => count.get()) ?? 0) >= names) {
        throw new RollcallError(
          'limit',
          `this tracker keeps ${names} names and has them all: ask who runs it to free some`,
        );
      }
      guarded(() => insert.run(collisionKey(user), user, key, Math.round(clock.wall())));
      return { user, fingerprint: key };
    },
    async holder(user) {
      return holder(user);
    },
    async release(user) {
      guarded(() => remove.run(collisionKey(user)));
    },
    [Symbol.dispose]() {
      database.close();
    },
  };
}

function open(folder: string, file: string): Database.Database {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = new Database(file, { timeout: 1000 });
  try {
    // Before WAL, so that SQLite needs no shared memory; and two trackers on one folder would undo each other's names.
    database.pragma('locking_mode = exclusive');
    database.pragma('journal_mode = wal');
    // A name that was given must outlive a power cut.
    database.pragma('synchronous = full');
    const version = database.pragma('user_version', { simple: true });
    if (typeof version !== 'number' || version > schema.length) {
      throw new RollcallError('usage', `${file} was written by a newer rollcall: run that one, or use another --data`);
    }
    database.transaction(() => {
      for (const step of schema.slice(version)) database.exec(step);
      database.pragma(`user_version = ${schema.length}`);
    })();
    return database;
  } catch (error) {
    database.close();
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
