import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../src/base/errors.ts';
import { collisionKey, relativePath, resourceName, userName } from '../../src/base/names.ts';

const emoji255 = `${'🎉'.repeat(63)}abc`;

describe('a resource name', () => {
  it.each([
    'test.txt',
    'with spaces and  two.txt',
    'quotes " and \'.txt',
    'emoji 🎉.png',
    'family 👨‍👩‍👧.jpg',
    'couple 👩‍❤️‍👨.jpg',
    'shrug 🤷🏽‍♀️.gif',
    'עברית.txt',
    '日本語',
    '.hidden',
    '__proto__',
    'constructor',
    'console.log',
    'comic.txt',
    'a'.repeat(255),
    emoji255,
    '-rf',
    '~',
    '$HOME',
    '%2e%2e',
  ])('may be %j', (name) => {
    expect(resourceName(name)).toBe(name);
  });

  it.each([
    ['', 'empty'],
    ['.', 'folder'],
    ['..', 'folder'],
    ['../x', 'slash'],
    ['/etc/passwd', 'slash'],
    ['a\\b', 'slash'],
    ['C:', 'colon'],
    ['a:b', 'colon'],
    ['nul\0byte', 'control'],
    ['esc\u001b[2J', 'control'],
    ['line\nbreak', 'control'],
    ['rtl\u202Etxt.exe', 'control'],
    ['zero\u200Bwidth', 'control'],
    ['stray\u200Djoiner', 'control'],
    ['bom\uFEFF', 'control'],
    ['lone\uD800', 'control'],
    ['CON', 'device'],
    ['con.txt', 'device'],
    ['LPT1', 'device'],
    ['com¹.log', 'device'],
    ['dot.', 'dot'],
    ['space ', 'space'],
    ['a'.repeat(256), '255'],
    [`${emoji255}d`, '255'],
  ])('may not be %j', (name, why) => {
    expect(() => resourceName(name)).toThrow(why);
    expect(() => resourceName(name)).toThrow(RollcallError);
  });

  it('comes out in normal form C', () => {
    expect(resourceName('e\u0301.txt')).toBe('\u00e9.txt');
  });

  it('is refused with a message that is itself safe to print', () => {
    expect(() => resourceName('\u001b[2J')).toThrow('\\u{1b}');
  });

  it('is either refused with our error or comes out the same when parsed again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let name: string;
        try {
          name = resourceName(text);
        } catch (error) {
          return error instanceof RollcallError;
        }
        return resourceName(name) === name;
      }),
    );
  });
});

describe('a user name', () => {
  it.each(['Bob', 'Zoë', '李雷', 'mary jane', 'a', 'x'.repeat(64), 'r2-d2_v.1', 'हिन्दी'])('may be %j', (name) => {
    expect(userName(name)).toBe(name);
  });

  it.each(['', ' Bob', 'Bob ', 'x'.repeat(65), 'a/b', 'a\tb', 'a\u0000', 'bob!', '😀', '<b>'])(
    'may not be %j',
    (name) => {
      expect(() => userName(name)).toThrow('cannot be a user name');
    },
  );
});

describe('a path in a folder', () => {
  it.each(['a', 'a/b/c.txt', 'with space/ä.txt'])('may be %j', (path) => {
    expect(relativePath(path)).toBe(path);
  });

  it.each([
    '',
    '/a',
    'a/',
    'a//b',
    '../a',
    'a/../b',
    'a/./b',
    'a\\b',
    'c:/x',
    'a/NUL/b',
    Array(65).fill('d').join('/'),
  ])('may not be %j', (path) => {
    expect(() => relativePath(path)).toThrow('cannot be a path');
  });

  it('may have 4096 bytes and not one more', () => {
    const path = `${Array(16).fill('d'.repeat(254)).join('/')}/${'e'.repeat(16)}`;
    expect(new TextEncoder().encode(path)).toHaveLength(4096);
    expect(relativePath(path)).toBe(path);
    expect(() => relativePath(`${path}e`)).toThrow('4096');
  });
});

describe('a collision key', () => {
  it.each([
    ['README', 'readme'],
    ['\u00e9', 'e\u0301'],
    ['ﬁle', 'file'],
    ['STRASSE', 'straße'],
    ['Σίσυφος', 'ΣΊΣΥΦΟΣ'],
  ])('is the same for %j and %j', (one, other) => {
    expect(collisionKey(one)).toBe(collisionKey(other));
  });

  it('differs for different names', () => {
    expect(collisionKey('a')).not.toBe(collisionKey('b'));
  });
});
