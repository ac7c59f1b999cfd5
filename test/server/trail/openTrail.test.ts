import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log.ts';
import { maxPrunedRows, pruneMs, pruneOnMs, writeAgainMs } from '../../../src/server/trail/limits.ts';
import { openTrail } from '../../../src/server/trail/openTrail.ts';
import { Database } from '../../../src/sqlite/database.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';
import { dayMs, TrailScene } from './support.ts';

const cannotWrite = 'the audit trail cannot be written: operations go on, and their rows wait';
const keepMs = 5 * pruneMs;
const writesAgain = 'the audit trail is written again';

describe('the trail', () => {
  it('keeps every field of an operation, and tells what is missing from what is empty', () => {
    using scene = new TrailScene();
    const full = scene.operation('a "b".txt', { stamp: '01/05/2026 14:03:00', user: '', outcome: 'name-taken' });
    scene.trail.record(full);
    scene.trail.record({ ...full, stamp: undefined, user: undefined });
    scene.reopen();
    expect(scene.rows()).toEqual([
      { row: 1, ...full },
      { row: 2, ...full, stamp: undefined, user: undefined },
    ]);
  });

  it('can be read by others at the end of the turn in which a row was recorded', async () => {
    using scene = new TrailScene();
    scene.record('a');
    scene.record('b');
    expect(scene.names()).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(scene.names()).toEqual(['a', 'b']);
  });

  it('writes more rows than fit in one go, in order', async () => {
    using scene = new TrailScene();
    const names = Array.from({ length: 2500 }, (_, at) => `file ${at}`);
    for (const name of names) scene.record(name);
    await settle();
    expect(scene.names()).toEqual(names);
  });

  it('writes what waits when it closes, and leaves no timer behind', () => {
    using scene = new TrailScene();
    for (let at = 0; at < 1500; at++) scene.record(`${at}`);
    scene.reopen();
    expect(scene.names()).toHaveLength(1500);
    scene.close();
    expect(scene.clock.waiting).toBe(0);
  });

  it.skipIf(process.platform === 'win32')('is for its owner alone', async () => {
    using scene = new TrailScene();
    scene.record('a');
    await settle();
    for (const end of ['', '-wal']) expect(statSync(`${scene.file}${end}`).mode & 0o777).toBe(0o600);
  });

  it('gives no row number twice, though all rows have gone', async () => {
    using scene = new TrailScene({ keepMs });
    scene.record('a');
    await scene.clock.wind(keepMs + pruneMs);
    expect(scene.rows()).toEqual([]);
    scene.reopen();
    scene.record('b');
    await settle();
    expect(scene.rows().map(({ row }) => row)).toEqual([2]);
  });
});

describe('a trail that cannot be written', () => {
  it('keeps rows until it can, in order, and says so once each time', async () => {
    using scene = new TrailScene();
    {
      using _lock = scene.lock();
      for (const name of ['a', 'b', 'c']) {
        scene.record(name);
        await scene.clock.wind(writeAgainMs);
      }
      expect(scene.names()).toEqual([]);
      expect(scene.messages('error')).toEqual([cannotWrite]);
    }
    await scene.clock.wind(writeAgainMs);
    expect(scene.names()).toEqual(['a', 'b', 'c']);
    expect(scene.messages('error')).toEqual([cannotWrite]);
    expect(scene.messages('warn')).toEqual([writesAgain]);
  });

  it('does not hold the tracker up while somebody else has the file locked', async () => {
    using scene = new TrailScene();
    using _lock = scene.lock();
    const start = performance.now();
    for (let at = 0; at < 20; at++) {
      scene.record(`${at}`);
      await settle();
    }
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('is tried again after a second, and not with every row', async () => {
    using scene = new TrailScene();
    {
      using _lock = scene.lock();
      scene.record('a');
      await settle();
    }
    scene.record('b');
    await scene.clock.wind(writeAgainMs - 1);
    expect(scene.names()).toEqual([]);
    await scene.clock.wind(1);
    expect(scene.names()).toEqual(['a', 'b']);
  });

  it('loses what comes after as many rows as may wait, and counts it', async () => {
    using scene = new TrailScene({ limits: { waitingRows: 2 } });
    {
      using _lock = scene.lock();
      for (const name of ['a', 'b', 'c', 'd', 'e']) scene.record(name);
      await settle();
    }
    await scene.clock.wind(writeAgainMs);
    expect(scene.names()).toEqual(['a', 'b']);
    expect(scene.logged.at(-1)).toEqual({ level: 'warn', message: writesAgain, fields: { lost: 3 } });
    {
      using _lock = scene.lock();
      for (const name of ['f', 'g', 'h']) scene.record(name);
      await settle();
    }
    await scene.clock.wind(writeAgainMs);
    expect(scene.logged.at(-1)).toEqual({ level: 'warn', message: writesAgain, fields: { lost: 1 } });
  });

  it('says how many rows are lost where it ends so', () => {
    using scene = new TrailScene();
    using _lock = scene.lock();
    scene.record('a');
    scene.close();
    expect(scene.logged.at(-1)).toMatchObject({ level: 'error', fields: { lost: 1 } });
    expect(scene.clock.waiting).toBe(0);
  });

  it('makes room for new rows by the oldest, where its file may not grow', async () => {
    using scene = new TrailScene({ limits: { bytes: 400_000 } });
    const long = 'x'.repeat(1000);
    let recorded = 0;
    while (scene.messages('error').length === 0 && recorded < 2000) {
      for (let at = 0; at < 20; at++) scene.record(`${recorded++} ${long}`);
      await settle();
    }
    expect(scene.messages('error')).toEqual([cannotWrite]);
    await scene.clock.wind(writeAgainMs);
    expect(scene.messages('warn')).toEqual([writesAgain]);
    scene.record('the last');
    await settle();
    expect(scene.names().at(-1)).toBe('the last');
    expect(scene.names()[0]).not.toBe(`0 ${long}`);
  });
});

describe('pruning', () => {
  it('drops a row at the first look after its time, and not before', async () => {
    using scene = new TrailScene({ keepMs });
    scene.record('a');
    await scene.clock.wind(keepMs);
    expect(scene.names()).toEqual(['a']);
    await scene.clock.wind(pruneMs);
    expect(scene.names()).toEqual([]);
  });

  it('drops many rows in turns', async () => {
    using scene = new TrailScene({ keepMs });
    for (let at = 0; at < 2 * maxPrunedRows + 1; at++) scene.record(`${at}`);
    await scene.clock.wind(keepMs);
    await scene.clock.wind(pruneMs);
    expect(scene.rows()).toHaveLength(maxPrunedRows + 1);
    await scene.clock.wind(pruneOnMs);
    expect(scene.rows()).toHaveLength(1);
    await scene.clock.wind(pruneOnMs);
    expect(scene.rows()).toEqual([]);
  });

  it('keeps what somebody who follows has not done, until it is done or he is gone', async () => {
    using scene = new TrailScene({ keepMs });
    const follower = scene.trail.follow('log', () => {});
    for (const name of ['a', 'b', 'c']) scene.record(name);
    await scene.clock.wind(2 * keepMs);
    expect(scene.names()).toEqual(['a', 'b', 'c']);
    follower.done(3, 1);
    await scene.clock.wind(pruneMs);
    expect(scene.names()).toEqual(['c']);
    follower[Symbol.dispose]();
    await scene.clock.wind(pruneMs);
    expect(scene.names()).toEqual([]);
  });

  it('drops the oldest rows where there are too many, read or not, and says so once', async () => {
    using scene = new TrailScene({ limits: { rows: 3 } });
    using follower = scene.trail.follow('log', () => {});
    for (const name of ['a', 'b', 'c', 'd', 'e']) scene.record(name);
    await settle();
    follower.done(2);
    await scene.clock.wind(pruneMs);
    expect(scene.names()).toEqual(['c', 'd', 'e']);
    expect(scene.logged.filter(({ level }) => level === 'warn')).toEqual([
      {
        level: 'warn',
        message: 'the audit trail is full: rows go that the operations log has not got',
        fields: { rows: 1 },
      },
    ]);
    follower.done(6);
    scene.record('f');
    await scene.clock.wind(pruneMs);
    expect(scene.names()).toEqual(['d', 'e', 'f']);
    expect(scene.messages('warn')).toHaveLength(1);
  });

  it('goes on after a look that failed', async () => {
    using scene = new TrailScene({ keepMs });
    scene.record('a');
    await scene.clock.wind(keepMs);
    {
      using _lock = scene.lock();
      await scene.clock.wind(pruneMs);
      expect(scene.names()).toEqual(['a']);
    }
    await scene.clock.wind(pruneMs);
    expect(scene.names()).toEqual([]);
  });
});

describe('following the trail', () => {
  it('begins at its end, and goes on where it was left', () => {
    using scene = new TrailScene();
    scene.record('before');
    {
      using follower = scene.trail.follow('log', () => {});
      expect(follower.next).toBe(2);
      for (const name of ['a', 'b', 'c']) scene.record(name);
      follower.done(3, 7);
    }
    scene.reopen();
    using follower = scene.trail.follow('log', () => {});
    expect([follower.next, follower.parts]).toEqual([3, 7]);
    expect(follower.from(3, 10).map(({ parameters }) => parameters.names)).toEqual([['b'], ['c']]);
    expect(follower.from(3, 1)).toHaveLength(1);
    follower.done(5);
    expect([follower.next, follower.parts]).toEqual([5, 0]);
  });

  it('wakes those who follow once rows can be read, and nobody else', async () => {
    using scene = new TrailScene();
    const seen: number[][] = [];
    const gone = scene.trail.follow('gone', () => seen.push([]));
    gone[Symbol.dispose]();
    using follower = scene.trail.follow('log', () => seen.push(follower.from(1, 10).map(({ row }) => row)));
    scene.record('a');
    scene.record('b');
    expect(seen).toEqual([]);
    await settle();
    expect(seen).toEqual([[1, 2]]);
  });

  it('has a tag for each name, the same over openings until it is renewed', () => {
    using scene = new TrailScene();
    const tag = (name: string): number => {
      using follower = scene.trail.follow(name, () => {});
      return follower.tag;
    };
    const [first, second] = [tag('a'), tag('b')];
    expect(first).not.toBe(second);
    scene.reopen();
    expect([tag('a'), tag('b')]).toEqual([first, second]);
    expect(Number.isInteger(first) && first >= 0 && first < 2 ** 32).toBe(true);
    {
      using follower = scene.trail.follow('a', () => {});
      follower.retag();
    }
    scene.reopen();
    expect(tag('a')).not.toBe(first);
    expect(tag('b')).toBe(second);
  });
});

describe('a file that cannot be used', () => {
  const clock = new FakeClock();
  const open = (folder: string): void => openTrail(folder, { keepMs: dayMs, clock, log: silentLog })[Symbol.dispose]();

  it('is refused where it is damaged', () => {
    using scene = new TrailScene();
    const folder = join(scene.folder, 'other');
    open(folder);
    writeFileSync(join(folder, 'history.db'), 'this is no database, '.repeat(500));
    expect(() => open(folder)).toThrow(
      expect.objectContaining({ code: 'fault', message: expect.stringContaining('damaged') }),
    );
  });

  it('is refused where a newer rollcall wrote it', () => {
    using scene = new TrailScene();
    const other = new Database(scene.file, { timeout: 0 });
    other.execute('pragma user_version = 99');
    other[Symbol.dispose]();
    expect(() => open(scene.folder)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining('newer rollcall') }),
    );
  });

  it('is refused where its folder is a file', () => {
    using scene = new TrailScene();
    expect(() => open(scene.file)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
