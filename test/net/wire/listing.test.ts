import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { contentId } from '../../../src/base/ids.ts';
import { type RelativePath, relativePath } from '../../../src/base/names.ts';
import { decodeListing, encodeListing, type FolderListing, maxListedEntries } from '../../../src/net/wire/listing.ts';
import { name } from './arbitraries.ts';
import golden from './golden/listing.json' with { type: 'json' };

const id = contentId('ab'.repeat(32));
afterEach(() => vi.restoreAllMocks());

const decode = (text: string): FolderListing => decodeListing(Buffer.from(text));

describe.each(golden)('$title', ({ listing, text }) => {
  const typed: FolderListing = {
    files: listing.files.map((file) => ({ path: relativePath(file.path), size: file.size, id: contentId(file.id) })),
    emptyFolders: listing.emptyFolders.map(relativePath),
  };

  test('is read as what it says', () => {
    expect(decode(text)).toEqual(listing);
  });

  test('is written to the byte, in whatever order it is given', () => {
    expect(Buffer.from(encodeListing(typed)).toString()).toBe(text);
    const reversed = { files: typed.files.toReversed(), emptyFolders: typed.emptyFolders.toReversed() };
    expect(Buffer.from(encodeListing(reversed)).toString()).toBe(text);
  });

  test('is written again as it came', () => {
    expect(Buffer.from(encodeListing(decode(text))).toString()).toBe(text);
  });

  test('is none when it is cut short', () => {
    for (let length = 0; length < text.length; length++) {
      expect(() => decode(text.slice(0, length))).toThrow('not a valid one');
    }
  });
});

/** A listing as another program might write it. */
const listed = (paths: readonly string[], emptyFolders: readonly string[] = []): string =>
  JSON.stringify({
    format: 'rollcall-folder/1',
    files: paths.map((path) => ({ path, size: 1, id })),
    emptyFolders,
  });

/** What is read, or our error. Anything else fails the test. */
function read(bytes: Uint8Array): FolderListing | 'bad-content' {
  try {
    return decodeListing(bytes);
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'bad-content') return 'bad-content';
    throw error;
  }
}

test('any tree comes out as it went in, or collides and is refused', () => {
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/') as RelativePath);
  const most = 5;
  const size = fc.integer({ min: 0, max: Math.floor(Number.MAX_SAFE_INTEGER / most) });
  const file = fc.record({ path, size, id: fc.constant(id) });
  const sorted = (listing: FolderListing): FolderListing => ({
    files: listing.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    emptyFolders: listing.emptyFolders.toSorted(),
  });
  fc.assert(
    fc.property(fc.array(file, { maxLength: most }), fc.array(path, { maxLength: 2 }), (files, emptyFolders) => {
      const out = read(encodeListing({ files, emptyFolders }));
      if (out !== 'bad-content') expect(out).toEqual(sorted({ files, emptyFolders }));
    }),
  );
});

test('a path is taken, wherever it is, just where it is a path as it should be written', () => {
  const part = fc.oneof(
    fc.constantFrom(
      '',
      '.',
      '..',
      'a',
      'con',
      'COM1.txt',
      'a.',
      ' a',
      'a ',
      '.a',
      '-',
      'x'.repeat(255),
      'x'.repeat(256),
    ),
    fc.string({ maxLength: 6 }),
    fc.string({ unit: fc.constantFrom('a', 'B', '.', '-', '_', ' ', ':', '\\', '\u0301', 'é'), maxLength: 5 }),
  );
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const isPath = (text: string): boolean => {
    try {
      return relativePath(text) === text;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(path, fc.boolean(), (text, beside) => {
      // Beside another in the same folder, it is the second one for which the folder is known.
      const folder = text.slice(0, text.lastIndexOf('/') + 1);
      const other = `${folder}other-name`;
      const paths = beside ? [other, text] : [text];
      fc.pre(text.toLowerCase() !== other && !text.toLowerCase().startsWith(`${other}/`));
      const taken = read(Buffer.from(listed(paths))) !== 'bad-content';
      expect(taken).toBe(paths.every(isPath));
    }),
    { numRuns: 2000 },
  );
});

test('a path as deep as is allowed is taken, and not one folder deeper', () => {
  const deep = 'a/'.repeat(63);
  expect(decode(listed([`${deep}b`, `${deep}c`])).files).toHaveLength(2);
  expect(() => decode(listed([`${deep}b`, `${deep}a/c`]))).toThrow('deeper');
});

test('garbage gives a listing or our error and nothing else', () => {
  const entry = fc.oneof(
    fc.jsonValue(),
    fc.record({
      path: fc.oneof(fc.string(), fc.constantFrom('../x', '__proto__', 'a/b')),
      size: fc.nat(),
      id: fc.constant(id),
    }),
  );
  const shaped = fc
    .record({
      format: fc.constantFrom('rollcall-folder/1', 'rollcall-folder/2'),
      files: fc.oneof(fc.array(entry), fc.jsonValue()),
      emptyFolders: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
    })
    .map((value) => Buffer.from(JSON.stringify(value)));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), shaped), (bytes) => {
      const listing = read(bytes);
      if (listing !== 'bad-content') expect(listing.files.map(({ path }) => relativePath(path))).toBeDefined();
    }),
  );
});

test.each([
  '',
  '/',
  '/etc/passwd',
  '../x',
  'a/../x',
  'a/./b',
  'a//b',
  'a/',
  'a\\b',
  'C:/x',
  'a/CON',
  'a/nul.txt',
  'a:b/c',
  'a./b',
  'a /b',
  'a\u0000',
  'a/\u001b[2J',
  'a/\u202Etxt',
  'x'.repeat(256),
  'e\u0301',
])('the path %j is refused, for a file and for an empty folder', (path) => {
  expect(() => decode(listed([path]))).toThrow(expect.objectContaining({ code: 'bad-content' }));
  expect(() => decode(listed([], [path]))).toThrow(expect.objectContaining({ code: 'bad-content' }));
});

test.each<[string, string[], string[]]>([
  ['one file twice', ['a', 'a'], []],
  ['two files that differ in case', ['a', 'A'], []],
  ['two files that differ in case in a folder', ['x/a', 'x/A'], []],
  ['two folders that differ in case', ['x/a', 'X/b'], []],
  ['two folders deep down that differ in case', ['x/y/a', 'x/Y/b'], []],
  ['two files that are compatible characters', ['ﬁ', 'fi'], []],
  ['a file and a folder of one name', ['a', 'a/b'], []],
  ['a file and a folder that differ in case', ['A', 'a/b'], []],
  ['a file and an empty folder', ['a'], ['a']],
  ['a folder that is said to be empty and is not', ['a/b'], ['a']],
  ['an empty folder in an empty folder', [], ['a', 'a/b']],
  ['one empty folder twice', [], ['a', 'A']],
])('%s is refused', (_, files, emptyFolders) => {
  expect(() => decode(listed(files, emptyFolders))).toThrow(expect.objectContaining({ code: 'bad-content' }));
});

test('names that are alike only as paths do not collide', () => {
  // The compatible form of U+2100 is "a/c".
  expect(decode(listed(['a/c', '\u2100'])).files.length).toBe(2);
  expect(decode(listed(['x/a', 'y/a', 'x/b'], ['z'])).files.length).toBe(3);
});

test.each([
  ['no JSON', 'hello'],
  ['a list', '[]'],
  ['another format', listed([]).replace('folder/1', 'folder/2')],
  ['members that are not known', listed([]).replace('{', '{"more":1,')],
  ['members of a file that are not known', listed(['a']).replace('"size"', '"mode":7,"size"')],
  ['a size below zero', listed(['a']).replace('"size":1', '"size":-1')],
  ['a size past the safe numbers', listed(['a']).replace('"size":1', '"size":9007199254740992')],
  ['an id in upper case', listed(['a']).replace('abab', 'ABAB')],
  ['files that are inherited', `{"format":"rollcall-folder/1","emptyFolders":[],"__proto__":{"files":[]}}`],
])('%s is no listing', (_, text) => {
  expect(() => decode(text)).toThrow(expect.objectContaining({ code: 'bad-content' }));
});

test('bytes that are not UTF-8 are no listing', () => {
  const bytes = Buffer.from(listed(['a?']));
  bytes[bytes.indexOf('?')] = 0xff;
  expect(read(bytes)).toBe('bad-content');
});

test('a listing takes its greatest number of entries, and not one more', () => {
  const paths = Array.from({ length: maxListedEntries }, (_, index) => `f${index}`);
  expect(decode(listed(paths)).files.length).toBe(maxListedEntries);
  expect(read(Buffer.from(listed([...paths, 'more'])))).toBe('bad-content');
});

describe('a listing made to cost memory', () => {
  const withFiles = (files: string): string => `{"format":"rollcall-folder/1","files":[${files}],"emptyFolders":[]}`;
  const many = 2 * maxListedEntries + 2;

  test.each([
    ['empty lists', withFiles('[],'.repeat(many).slice(0, -1))],
    ['empty objects', withFiles('{},'.repeat(many).slice(0, -1))],
    ['numbers', withFiles('1,'.repeat(many).slice(0, -1))],
    ['numbers in entries', withFiles(`[${'1,'.repeat(many).slice(0, -1)}]`)],
    ['strings', withFiles('"",'.repeat(many).slice(0, -1))],
    ['lists in lists', '['.repeat(100_000)],
    ['lists in an entry', withFiles('[[]]')],
    ['members', `{${Array.from({ length: 1000 }, (_, at) => `"${at}":1`).join(',')}}`],
  ])('of %s is refused before any of it is a value', (_, text) => {
    const parse = vi.spyOn(JSON, 'parse');
    expect(read(Buffer.from(text))).toBe('bad-content');
    expect(parse).not.toHaveBeenCalled();
  });

  test('takes as many folders as entries that follow from its files, and not one more', () => {
    const paths = Array.from({ length: maxListedEntries / 2 }, (_, at) => `${at}/a/f`);
    expect(decode(listed(paths)).files).toHaveLength(paths.length);
    expect(() => decode(listed([...paths, 'more/f']))).toThrow(
      `its files are in more than ${maxListedEntries} folders`,
    );
  });

  test('has no path that is cut into more parts than a path can have', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    expect(() => decode(listed(['a/'.repeat(1_000_000)]))).toThrow('a path is longer than 4096 bytes');
    expect(normalize).not.toHaveBeenCalled();
  });

  test('keeps little of a name that grows eighteenfold when it is compared', () => {
    const kept: number[] = [];
    const has = Set.prototype.has;
    vi.spyOn(Set.prototype, 'has').mockImplementation(function (this: Set<unknown>, key: unknown) {
      if (typeof key === 'string') kept.push(key.length);
      return has.call(this, key);
    });
    const grown = '\uFDFA'.repeat(80);
    expect(decode(listed([`${grown}1`, `${grown}2`])).files).toHaveLength(2);
    expect(Math.max(...kept)).toBeLessThanOrEqual(255);
    expect(() => decode(listed([`${grown}a`, `${grown}A`]))).toThrow('collide');
  });
});

test('more empty folders than may be are told as such', () => {
  const folders = Array.from({ length: maxListedEntries + 1 }, (_, at) => `f${at}`);
  expect(() => decode(listed([], folders))).toThrow(`more than ${maxListedEntries} files, or as many empty folders`);
});

test('sizes may add up to the last safe number, and not to one byte more', () => {
  const sized = (...sizes: number[]): string =>
    JSON.stringify({
      format: 'rollcall-folder/1',
      files: sizes.map((size, at) => ({ path: `f${at}`, size, id })),
      emptyFolders: [],
    });
  expect(decode(sized(Number.MAX_SAFE_INTEGER - 1, 1, 0)).files).toHaveLength(3);
  expect(() => decode(sized(Number.MAX_SAFE_INTEGER, 1))).toThrow(
    expect.objectContaining({
      code: 'bad-content',
      message: "the folder's listing is not a valid one: its files add up to more than 9007199254740991 bytes",
    }),
  );
});
