import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../src/sqlite/database.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-sqlite-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (): Database => new Database(join(folder, 'x.db'), { timeout: 0 });

describe('a database', () => {
  it('keeps what was written, over openings', () => {
    {
      using database = open();
      database.execute('create table word (text, number); pragma user_version = 7');
      expect(database.run('insert into word values (?, ?), (?, ?)', 'a', 1, 'b', 2)).toBe(2);
    }
    using again = open();
    expect(again.row('select * from word where number = ?', 2)).toEqual({ text: 'b', number: 2 });
    expect(again.row('select * from word where number = ?', 3)).toBeUndefined();
    expect(again.value('select count(*) from word')).toBe(2);
    expect(again.value('pragma user_version')).toBe(7);
  });

  it('asks the same question with other values each time', () => {
    using database = open();
    database.execute('create table word (text)');
    for (const text of ['x', 'y', 'z']) database.run('insert into word values (?)', text);
    for (const text of ['z', 'x']) expect(database.value('select text from word where text = ?', text)).toBe(text);
  });

  it('gives every row, and none where there is none', () => {
    using database = open();
    database.execute('create table word (text)');
    expect(database.rows('select text from word')).toEqual([]);
    database.run('insert into word values (?), (?)', 'a', 'b');
    expect(database.rows('select text from word where text >= ?', 'a')).toEqual([{ text: 'a' }, { text: 'b' }]);
  });

  it('does all of a transaction, or nothing of it', () => {
    using database = open();
    database.execute('create table word (text unique)');
    const add = (...texts: string[]): void =>
      database.transaction(() => {
        for (const text of texts) database.run('insert into word values (?)', text);
      });
    add('a', 'b');
    expect(() => add('c', 'a')).toThrow(expect.objectContaining({ code: 'SQLITE_CONSTRAINT_UNIQUE' }));
    add('d');
    expect(database.rows('select text from word order by text')).toEqual([{ text: 'a' }, { text: 'b' }, { text: 'd' }]);
  });

  it('can begin a transaction again after one that found it locked', () => {
    using database = open();
    database.execute('pragma journal_mode = wal; create table word (text)');
    using other = open();
    const add = (): void => database.transaction(() => void database.run("insert into word values ('a')"));
    other.execute('begin immediate');
    expect(add).toThrow(expect.objectContaining({ code: 'SQLITE_BUSY' }));
    other.execute('rollback');
    add();
    expect(database.value('select count(*) from word')).toBe(1);
  });

  it('that is only read takes no writing, sees what others write, and is never made', () => {
    expect(() => new Database(join(folder, 'x.db'), { timeout: 0, readOnly: true })).toThrow(
      expect.objectContaining({ code: 'SQLITE_CANTOPEN' }),
    );
    using database = open();
    database.execute('pragma journal_mode = wal; create table word (text)');
    using reader = new Database(join(folder, 'x.db'), { timeout: 0, readOnly: true });
    database.run('insert into word values (?)', 'a');
    expect(reader.value('select text from word')).toBe('a');
    expect(() => reader.run('delete from word')).toThrow(expect.objectContaining({ code: 'SQLITE_READONLY' }));
  });

  it("throws with SQLite's own code", () => {
    using database = open();
    expect(() => database.execute('select * from nothing')).toThrow(expect.objectContaining({ code: 'SQLITE_ERROR' }));
  });
});
