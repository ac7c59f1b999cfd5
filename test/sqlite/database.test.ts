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

  it("throws with SQLite's own code", () => {
    using database = open();
    expect(() => database.execute('select * from nothing')).toThrow(expect.objectContaining({ code: 'SQLITE_ERROR' }));
  });
});
