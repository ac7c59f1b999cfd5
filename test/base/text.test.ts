import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asRollcallError, exitStatuses, isErrorCode, RollcallError } from '../../src/base/errors.ts';
import { contentId, fingerprint, instanceId, sessionId, shortId } from '../../src/base/ids.ts';
import { safeText } from '../../src/base/safeText.ts';

describe('safe text', () => {
  it.each([
    ['plain text', 'plain text'],
    ['tab\there', 'tab\\u{9}here'],
    ['\u001b]0;owned\u0007', '\\u{1b}]0;owned\\u{7}'],
    ['a\u202Eb', 'a\\u{202e}b'],
    ['c1\u009b2J', 'c1\\u{9b}2J'],
    ['emoji 👨‍👩‍👧', 'emoji 👨‍👩‍👧'],
  ])('shows %j as %j', (text, shown) => {
    expect(safeText(text)).toBe(shown);
  });

  it('never lets a control character through', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/\p{Cc}/u.test(safeText(text))));
  });
});

describe('ids', () => {
  it('are lower-case hex of their length', () => {
    expect(contentId('ab'.repeat(32))).toBe('ab'.repeat(32));
    expect(instanceId('0f'.repeat(16))).toBe('0f'.repeat(16));
    for (const wrong of ['', 'AB'.repeat(32), 'ab'.repeat(31), 'xy'.repeat(32), `${'ab'.repeat(32)}\n`]) {
      expect(() => contentId(wrong)).toThrow('64 lower-case hex digits');
    }
  });

  it('take a fingerprint as OpenSSL prints it', () => {
    expect(fingerprint(Array(32).fill('AB').join(':'))).toBe('ab'.repeat(32));
  });

  it('are shown by their first eight digits', () => {
    expect(shortId(contentId('0123456789abcdef'.repeat(4)))).toBe('01234567');
  });

  it('of sessions are whole numbers that a double holds exactly', () => {
    expect(sessionId(2 ** 53 - 1)).toBe(2 ** 53 - 1);
    for (const wrong of [-1, 0.5, 2 ** 53, Number.NaN]) expect(() => sessionId(wrong)).toThrow('not a session id');
  });
});

describe('errors', () => {
  it('know their own codes and no others', () => {
    for (const code of Object.keys(exitStatuses)) expect(isErrorCode(code)).toBe(true);
    for (const other of ['', 'toString', '__proto__', 'nonsense']) expect(isErrorCode(other)).toBe(false);
  });

  it('of others become faults that keep their cause', () => {
    const cause = new TypeError('x is not a function');
    expect(asRollcallError(cause)).toMatchObject({ code: 'fault', message: 'x is not a function', cause });
    const ours = new RollcallError('exists', 'there is one');
    expect(asRollcallError(ours)).toBe(ours);
  });
});
