import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../src/base/errors.ts';
import type { Log } from '../../src/base/log.ts';
import type { LogEntry } from '../../src/base/logBook.ts';
import { openLogBook } from '../../src/base/openLogBook.ts';
import { FakeClock } from '../support/fakeClock.ts';

const clock = new FakeClock();
const all = { level: 'debug', most: 10_000 } as const;
const messages = (entries: readonly LogEntry[]): string[] => entries.map(({ message }) => message);

describe('a log book', () => {
  it('keeps the newest entries, and counts on', () => {
    const book = openLogBook({ clock, most: 3 });
    for (const message of ['a', 'b', 'c', 'd', 'e']) book.log.info({}, message);
    expect(messages(book.entries(all))).toEqual(['c', 'd', 'e']);
    expect(book.entries(all).map(({ number }) => number)).toEqual([3, 4, 5]);
    expect(book.entries(all)[0]?.at).toBe(clock.wall());
  });

  it('tells the newest of a level and above, after a number', () => {
    const book = openLogBook({ clock });
    book.log.debug({}, 'one');
    book.log.info({}, 'two');
    book.log.warn({}, 'three');
    book.log.error({}, 'four');
    expect(messages(book.entries({ level: 'warn', most: 10 }))).toEqual(['three', 'four']);
    expect(messages(book.entries({ level: 'debug', most: 2 }))).toEqual(['three', 'four']);
    expect(messages(book.entries({ level: 'info', most: 10, after: 2 }))).toEqual(['three', 'four']);
    expect(book.entries({ level: 'debug', most: 10, after: 4 })).toEqual([]);
    expect(book.entries({ level: 'debug', most: 10, after: 99 })).toEqual([]);
    expect(book.entries({ level: 'debug', most: 0 })).toEqual([]);
  });

  it('keeps nothing below its level, and passes everything on', () => {
    const passed: unknown[] = [];
    const write = (fields: object, message: string): void => void passed.push([fields, message]);
    const behind: Log = { debug: write, info: write, warn: write, error: write };
    const book = openLogBook({ clock, level: 'warn', behind });
    const fields = { a: 1 };
    book.log.debug(fields, 'quiet');
    book.log.error({}, 'loud');
    expect(messages(book.entries(all))).toEqual(['loud']);
    expect(passed).toEqual([
      [fields, 'quiet'],
      [{}, 'loud'],
    ]);
  });

  it('tells each new entry until its watcher leaves', () => {
    const book = openLogBook({ clock });
    const told: string[] = [];
    const watching = book.watch(({ message }) => told.push(message));
    book.log.info({}, 'a');
    watching[Symbol.dispose]();
    book.log.info({}, 'b');
    expect(told).toEqual(['a']);
  });

  it('lets no watcher fail whoever writes, or another watcher, or go round for ever', () => {
    const book = openLogBook({ clock });
    const told: string[] = [];
    book.watch(() => {
      throw new Error('a page that is gone');
    });
    book.watch(({ message }) => {
      told.push(message);
      book.log.info({}, `about ${message}`);
    });
    book.log.info({}, 'a');
    expect(told).toEqual(['a']);
    expect(messages(book.entries(all))).toEqual(['a', 'about a']);
  });

  it('tells as text what JSON cannot hold', () => {
    const book = openLogBook({ clock });
    const round: Record<string, unknown> = { name: 'round' };
    round['self'] = round;
    const error = new RollcallError('fault', 'it broke', { cause: new Error('the disk did') });
    book.log.warn(
      {
        error,
        big: 10n,
        none: undefined,
        nan: Number.NaN,
        at: new Date(0),
        bytes: new Uint8Array(5),
        map: new Map([['k', new Set([1])]]),
        list: [1, undefined, error],
        act: () => 1,
        round,
      },
      'odd',
    );
    const [entry] = book.entries(all);
    expect(JSON.parse(JSON.stringify(entry?.fields))).toEqual({
      error: 'it broke: the disk did',
      big: '10',
      nan: 'NaN',
      at: '1970-01-01T00:00:00.000Z',
      bytes: '5 bytes',
      map: { k: [1] },
      list: [1, null, 'it broke: the disk did'],
      act: '() => 1',
      round: { name: 'round', self: { name: 'round', self: { name: 'round', self: '…' } } },
    });
  });

  it('takes an error in place of fields, and fields that fail', () => {
    const book = openLogBook({ clock });
    book.log.error(new Error('all of it'), 'a');
    const failing = {
      fine: 1,
      get bad(): string {
        throw new Error('no');
      },
    };
    book.log.error(failing, 'b');
    book.log.error({ date: new Date(Number.NaN) }, 'c');
    book.log.error({ nameless: Object.assign(new Error(), { message: undefined }) }, 'd');
    const fields = book.entries(all).map((entry) => JSON.parse(JSON.stringify(entry.fields)) as unknown);
    expect(fields).toEqual([{ error: 'all of it' }, {}, { date: 'no date' }, { nameless: 'undefined' }]);
  });

  it('copies what it is about, so that what changes afterwards changes nothing', () => {
    const book = openLogBook({ clock });
    const fields = { list: [1] };
    book.log.info(fields, 'a');
    fields.list.push(2);
    expect(book.entries(all)[0]?.fields).toEqual({ list: [1] });
  });

  it('bounds what one line takes, and has no special names', () => {
    const book = openLogBook({ clock });
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`k${at}`, 'x'.repeat(100_000)]));
    book.log.info({ many, list: Array.from({ length: 1000 }, () => 1) }, 'm'.repeat(100_000));
    book.log.info(JSON.parse('{"__proto__": {"polluted": true}}') as object, 'p');
    const [entry, second] = book.entries(all);
    expect(JSON.stringify(entry).length).toBeLessThan(200_000);
    expect(entry?.fields['list']).toHaveLength(33);
    expect(entry?.fields).toMatchObject({ list: expect.arrayContaining(['… 968 more']) });
    expect(JSON.stringify(second?.fields)).toBe('{"__proto__":{"polluted":true}}');
  });
});
