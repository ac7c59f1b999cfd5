import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { exitStatuses, isErrorCode } from '../../../src/base/errors.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Kept } from '../../../src/client/transfers/entry.ts';
import { listText, parseList } from '../../../src/client/transfers/kept.ts';
import { downloadStates } from '../../../src/client/transfers/transfers.ts';
import { idOf, scene } from './scene.ts';

const row = {
  id: '0a1b2c3d',
  name: 'report.pdf',
  content: 'ab'.repeat(32),
  kind: 'file',
  size: 1000,
  bytes: 10,
  state: 'failed',
  from: 'Bob',
  file: '/downloads/downloaded_Bob_report.pdf',
  ifExists: 'rename',
  path: null,
  error: { code: 'no-space', message: 'no space' },
  addedAt: 1,
  endedAt: 2,
  ranMs: 3,
};
const list = (...downloads: unknown[]): string => JSON.stringify({ version: 1, downloads });

const amount = fc.nat(2 ** 31 - 1);
const codes = Object.keys(exitStatuses).filter(isErrorCode);
const kept: fc.Arbitrary<Kept> = fc.record({
  id: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 8, maxLength: 8 }),
  name: fc.constantFrom(resourceName('a.bin'), resourceName('<b>файл.txt')),
  content: fc.option(amount.map(idOf)),
  kind: fc.constantFrom('file', 'folder'),
  size: fc.option(amount),
  bytes: amount,
  state: fc.constantFrom(...downloadStates),
  from: fc.constantFrom(userName('Bob'), userName('Žofie')),
  file: fc.constantFrom('/a', '/b/c "d"'),
  ifExists: fc.constantFrom('refuse', 'rename', 'overwrite'),
  path: fc.option(fc.constant('/b/c (2)')),
  error: fc.option(fc.record({ code: fc.constantFrom(...codes), message: fc.string() })),
  addedAt: amount,
  endedAt: fc.option(amount),
  ranMs: amount,
});

describe('a list on the disk', () => {
  it('is read as it was written, but for what ran or waited, which is paused', () => {
    fc.assert(
      fc.property(fc.uniqueArray(kept, { selector: ({ id }) => id }), (downloads) => {
        const stopped = downloads.map((one) =>
          one.state === 'running' || one.state === 'queued' ? { ...one, state: 'paused' } : one,
        );
        expect(parseList(listText(downloads))).toEqual(stopped);
      }),
    );
  });

  it('is read or refused, whatever is in it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          parseList(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });

  it('is taken where every field is right', () => {
    expect(parseList(list(row))).toEqual([row]);
  });

  it.each([
    ['no JSON', 'downloads'],
    ['cut off', list(row).slice(0, -5)],
    ['no object', '[]'],
    ['null', 'null'],
    ['of another version', JSON.stringify({ version: 2, downloads: [] })],
    ['without downloads', JSON.stringify({ version: 1 })],
    ['a row that is none', list(7)],
    ['an id twice', list(row, row)],
    ['an id that is none', list({ ...row, id: '../../etc' })],
    ['a name with a slash', list({ ...row, name: 'a/b' })],
    ['a user that is none', list({ ...row, from: '\u001b[2J' })],
    ['a content id that is none', list({ ...row, content: 'abc' })],
    ['a kind that is none', list({ ...row, kind: 'link' })],
    ['a state that is none', list({ ...row, state: '__proto__' })],
    ['a size below nothing', list({ ...row, size: -1 })],
    ['bytes that are no number', list({ ...row, bytes: '10' })],
    ['half a byte', list({ ...row, bytes: 0.5 })],
    ['a relative file', list({ ...row, file: 'report.pdf' })],
    ['a file with a NUL', list({ ...row, file: '/a\0b' })],
    ['a relative path', list({ ...row, path: '../x' })],
    ['a word for what to do where it exists', list({ ...row, ifExists: 'ask' })],
    ['an error with a code that is none', list({ ...row, error: { code: 'toString', message: 'x' } })],
    ['an error without a message', list({ ...row, error: { code: 'fault' } })],
    ['a field less', list({ ...row, addedAt: undefined })],
  ])('is refused where it is %s', (_, text) => {
    expect(() => parseList(text)).toThrow();
  });
});

describe('a list that cannot be read', () => {
  test.each([
    ['no JSON', (file: string) => writeFile(file, 'downloads')],
    ['a folder', (file: string) => mkdir(file)],
    ['a link to itself', (file: string) => symlink(file, file)],
    ['of one bad row', (file: string) => writeFile(file, list(row, { ...row, id: '00000001', size: 'big' }))],
  ])('as it is %s is put aside, told to the log, and begun anew', async (_, make) => {
    await using s = await scene();
    await s.list[Symbol.asyncDispose]();
    await make(s.file);
    await s.restart();
    expect(s.list.list()).toEqual([]);
    expect(s.warnings).toEqual(['the list of downloads cannot be read and is put aside: it begins anew']);
    await s.add(1);
    await s.restart();
    expect(s.states()).toEqual(['paused']);
    expect(await s.names()).toEqual(['transfers.json', 'transfers.json.broken']);
  });

  test('does not end anything where it cannot be put aside or written either', async () => {
    await using s = await scene();
    await s.list[Symbol.asyncDispose]();
    s.file = `${s.folder}/no such folder/transfers.json`;
    await s.restart();
    await s.add(1);
    expect(s.states()).toEqual(['running']);
    await s.clock.wind(100);
    await expect.poll(() => s.warnings).toEqual(['the list of downloads could not be written down']);
  });
});

test('the list is for its owner only, and nothing else is left beside it', async () => {
  await using s = await scene();
  await s.add(1);
  await s.restart();
  expect(await s.names()).toEqual(['transfers.json']);
  expect((await stat(s.file)).mode & 0o777).toBe(0o600);
});
