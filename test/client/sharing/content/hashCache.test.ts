import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Log, silentLog } from '../../../../src/base/log.ts';
import { hashContent } from '../../../../src/base/merkle.ts';
import { MiB } from '../../../../src/base/sizes.ts';
import { HashCache } from '../../../../src/client/sharing/content/hashCache.ts';
import type { FileIdentity } from '../../../../src/client/sharing/disk/fileIdentity.ts';
import { cachePutsPerLook, cacheUseGrainMs } from '../../../../src/client/sharing/limits.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { temporaryFolder } from '../support.ts';

const content = Buffer.alloc(3 * MiB, 'content');
const { id, layer } = hashContent(content);
const identity: FileIdentity = {
  device: 2n ** 64n - 1n,
  inode: 2n ** 63n + 5n,
  size: content.length,
  mtimeNs: 1_700_000_000_123_456_789n,
  ctimeNs: 1_700_000_000_123_456_790n,
};
let file: string;
let clock: FakeClock;
let warnings: string[];

beforeEach(async () => {
  file = join(await temporaryFolder(), 'cache', 'hashes.db');
  clock = new FakeClock();
  warnings = [];
});

function open(limitBytes?: number): HashCache {
  const log: Log = { ...silentLog, warn: (_fields, message) => warnings.push(message) };
  const cache = new HashCache(file, clock, log, limitBytes);
  onTestFinished(() => cache[Symbol.dispose]());
  return cache;
}

describe('the hash cache', () => {
  it('is not made before it is needed', () => {
    open();
    expect(existsSync(file)).toBe(false);
  });

  it('knows over a restart what it was told', () => {
    const first = open();
    expect(first.get(identity)).toBeUndefined();
    first.put(identity, id, layer);
    first[Symbol.dispose]();
    const known = open().get(identity);
    expect(known?.id).toBe(id);
    expect(layer.equals(known?.layer ?? Buffer.alloc(0))).toBe(true);
  });

  it('knows over a restart all that it was told at once, and goes on one by one', () => {
    const first = open();
    const many = Array.from({ length: cachePutsPerLook + 3 }, (_, index) => ({
      identity: { ...identity, inode: BigInt(index) },
      id,
      layer,
    }));
    first.putAll(many);
    first.put(identity, id, layer);
    first[Symbol.dispose]();
    const second = open();
    expect([...many, { identity }].every((each) => second.get(each.identity)?.id === id)).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('knows the empty file', () => {
    const empty = hashContent(Buffer.alloc(0));
    const cache = open();
    cache.put({ ...identity, size: 0 }, empty.id, empty.layer);
    expect(cache.get({ ...identity, size: 0 })?.id).toBe(empty.id);
  });

  it.each(['device', 'inode', 'mtimeNs', 'ctimeNs', 'size'] as const)('does not know a file of another %s', (key) => {
    const cache = open();
    cache.put(identity, id, layer);
    expect(cache.get({ ...identity, [key]: key === 'size' ? 1 : 1n })).toBeUndefined();
  });

  it('is shared by two at a time', () => {
    const [one, other] = [open(), open()];
    one.put(identity, id, layer);
    other.put({ ...identity, inode: 7n }, id, layer);
    expect([other.get(identity)?.id, one.get({ ...identity, inode: 7n })?.id]).toEqual([id, id]);
  });

  it('does not believe a row whose layer is not that of its id', () => {
    const cache = open();
    cache.put(identity, hashContent(Buffer.from('other')).id, layer);
    cache.put({ ...identity, inode: 7n }, id, layer.subarray(32));
    expect([cache.get(identity), cache.get({ ...identity, inode: 7n })]).toEqual([undefined, undefined]);
    expect(warnings).toEqual([]);
  });

  it('sets a damaged file aside and starts anew', () => {
    const before = open();
    before.put(identity, id, layer);
    before[Symbol.dispose]();
    writeFileSync(file, 'this is no database, but long enough to be taken for one'.repeat(100));
    const cache = open();
    expect(cache.get(identity)).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/set aside/)]);
    cache.put(identity, id, layer);
    expect(cache.get(identity)?.id).toBe(id);
    expect(readdirSync(join(file, '..'))).toContain('hashes.db.damaged');
  });

  it('that cannot be written anywhere is done without, and said once', () => {
    writeFileSync(join(file, '..', '..', 'blocked'), '');
    file = join(file, '..', '..', 'blocked', 'hashes.db');
    const cache = open();
    cache.put(identity, id, layer);
    expect(cache.get(identity)).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/without the hash cache/)]);
  });

  it('stays near its limit, and forgets what was not used for longest', async () => {
    const cache = open(MiB);
    const bytes = 8192;
    for (let inode = 1n; inode <= 2n * BigInt(cachePutsPerLook); inode++) {
      cache.put({ ...identity, inode }, id, Buffer.alloc(bytes));
      await clock.wind(1);
    }
    cache[Symbol.dispose]();
    using database = closing(new Database(file));
    const inodes = database.rows('SELECT inode FROM hashes ORDER BY inode');
    expect(inodes.length).toBeGreaterThan(50);
    expect(inodes.length * bytes).toBeLessThan(MiB);
    expect(inodes.at(-1)).toEqual({ inode: 2 * cachePutsPerLook });
    expect(inodes[0]).toEqual({ inode: 2 * cachePutsPerLook - inodes.length + 1 });
  });

  it('notes a use once a day, so that what is used stays', async () => {
    const cache = open();
    cache.put(identity, id, layer);
    const put = clock.wall();
    await clock.wind(cacheUseGrainMs - 1);
    cache.get(identity);
    using database = closing(new Database(file));
    expect(database.rows('SELECT used FROM hashes')).toEqual([{ used: put }]);
    await clock.wind(1);
    cache.get(identity);
    expect(database.rows('SELECT used FROM hashes')).toEqual([{ used: put + cacheUseGrainMs }]);
  });
});

function closing(database: Database.Database): Disposable & { rows(query: string): unknown[] } {
  return { rows: (query) => database.prepare(query).all(), [Symbol.dispose]: () => void database.close() };
}
