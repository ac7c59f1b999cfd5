import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import type { ContentId } from '../../../base/ids.ts';
import type { Log } from '../../../base/log.ts';
import { contentIdOf, hashBytes, pieceCount } from '../../../base/merkle.ts';
import { Database } from '../../../sqlite/database.ts';
import { systemCode } from '../disk/diskErrors.ts';
import type { FileIdentity } from '../disk/fileIdentity.ts';
import { cacheBusyMs, cacheBytes, cachePutsPerLook, cacheUseGrainMs } from '../limits.ts';

interface Row {
  id: string;
  layer: Uint8Array;
  used: number;
}

/** Counts up when the table changes; another version's table is dropped, since it is only a cache. */
const version = 1;
const schema = `
  CREATE TABLE IF NOT EXISTS hashes (
    device INTEGER, inode INTEGER, size INTEGER, mtime INTEGER, ctime INTEGER,
    id TEXT, layer BLOB, used INTEGER,
    PRIMARY KEY (device, inode)
  );
  CREATE INDEX IF NOT EXISTS hashes_by_use ON hashes (used);
  PRAGMA user_version = ${version};`;

/** SQLite's integers are signed; only equality counts here. */
const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

/**
 * Content ids of files that were hashed before, on disk, so that nothing is hashed twice. Processes may share it. It
 * never fails: what is wrong with it is logged, and files are hashed.
 */
export class HashCache implements Disposable {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limitBytes: number;
  #database: Database | undefined;
  #broken = false;
  #puts = 0;

  constructor(file: string, clock: Clock, log: Log, limitBytes: number = cacheBytes) {
    this.#file = file;
    this.#clock = clock;
    this.#log = log;
    this.#limitBytes = limitBytes;
  }

  get(identity: FileIdentity): { id: ContentId; layer: Uint8Array } | undefined {
    return this.#use((database) => {
      const key = [signed(identity.device), signed(identity.inode)];
      const row = database.row(
        'SELECT id, layer, used FROM hashes WHERE device = ? AND inode = ? AND size = ? AND mtime = ? AND ctime = ?',
        ...[...key, identity.size, signed(identity.mtimeNs), signed(identity.ctimeNs)],
      ) as Row | undefined;
      if (row === undefined) return undefined;
      if (row.layer.length !== pieceCount(identity.size) * hashBytes) return undefined;
      const id = contentIdOf(row.layer, identity.size);
      if (id !== row.id) return undefined;
      const now = this.#clock.wall();
      if (Math.abs(now - row.used) >= cacheUseGrainMs) {
        database.run('UPDATE hashes SET used = ? WHERE device = ? AND inode = ?', now, ...key);
      }
      return { id, layer: row.layer };
    });
  }

  put(identity: FileIdentity, id: ContentId, layer: Uint8Array): void {
    this.#use((database) => this.#put(database, { identity, id, layer }));
  }

  /** All at once, which is many times quicker than one after another. */
  putAll(files: readonly { identity: FileIdentity; id: ContentId; layer: Uint8Array }[]): void {
    this.#use((database) => {
      database.execute('BEGIN IMMEDIATE');
      try {
        for (const file of files) this.#put(database, file);
      } finally {
        database.execute('COMMIT');
      }
    });
  }

  #put(database: Database, file: { identity: FileIdentity; id: ContentId; layer: Uint8Array }): void {
    const { identity, id, layer } = file;
    const { device, inode, size, mtimeNs, ctimeNs } = identity;
    database.run(
      'INSERT OR REPLACE INTO hashes VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...[signed(device), signed(inode), size, signed(mtimeNs), signed(ctimeNs), id, layer, this.#clock.wall()],
    );
    this.#puts += 1;
    if (this.#puts % cachePutsPerLook === 0) this.#evict(database);
  }

  [Symbol.dispose](): void {
    this.#broken = true;
    this.#close();
  }

  #use<T>(act: (database: Database) => T): T | undefined {
    if (this.#broken) return undefined;
    try {
      return act(this.#open());
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #open(): Database {
    if (this.#database !== undefined) return this.#database;
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const database = new Database(this.#file, { timeout: cacheBusyMs });
    this.#database = database;
    database.execute('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    if (database.value('PRAGMA user_version') !== version) database.execute('DROP TABLE IF EXISTS hashes');
    database.execute(schema);
    this.#evict(database);
    return database;
  }

  /** Drops the tenth that was not used for longest, until what is left fits. */
  #evict(database: Database): void {
    const count = (name: string): number => Number(database.value(`PRAGMA ${name}`));
    for (let round = 0; round < 50; round++) {
      const used = (count('page_count') - count('freelist_count')) * count('page_size');
      if (used <= this.#limitBytes) return;
      const dropped = database.run(
        `DELETE FROM hashes WHERE rowid IN
           (SELECT rowid FROM hashes ORDER BY used LIMIT (SELECT count(*) / 10 + 1 FROM hashes))`,
      );
      if (dropped === 0) return;
    }
  }

  /** Another process may be busy with it; a damaged file is set aside; without a place to write we go on without. */
  #fail(error: unknown): void {
    const code = systemCode(error) ?? '';
    const fields = { file: this.#file, error: String(error) };
    if (code.startsWith('SQLITE_BUSY')) {
      this.#log.debug(fields, 'the hash cache is busy');
      return;
    }
    this.#close();
    if (!/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
      this.#broken = true;
      this.#log.warn(fields, 'going on without the hash cache');
      return;
    }
    const aside = `${this.#file}.damaged`;
    try {
      renameSync(this.#file, aside);
      for (const rest of ['-wal', '-shm']) rmSync(this.#file + rest, { force: true });
      this.#log.warn({ ...fields, aside }, 'the hash cache was damaged: set aside, started anew');
    } catch (cause) {
      this.#broken = true;
      this.#log.warn({ ...fields, cause: String(cause) }, 'going on without the hash cache, which is damaged');
    }
  }

  #close(): void {
    this.#database?.[Symbol.dispose]();
    this.#database = undefined;
  }
}
