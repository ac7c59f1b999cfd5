import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../../../src/base/roll.ts';
import { sniff, type TcpDialect, tcpDialects } from '../../../../src/net/wire/classic/sniff.ts';
import { bytesOf, noise } from './spoken.ts';

const all: readonly Dialect[] = ['hello', ...tcpDialects];

/** What is found as the bytes come one by one, then nothing for a while, then nothing at all. */
function found(bytes: Uint8Array, enabled: readonly Dialect[]): { dialect: TcpDialect | 'unknown'; pauses: number } {
  for (let length = 0; length <= bytes.length; length++) {
    const dialect = sniff(bytes.subarray(0, length), enabled, 'anything');
    if (dialect !== 'more') return { dialect, pauses: 0 };
  }
  const paused = sniff(bytes, enabled, 'a pause');
  if (paused !== 'more') return { dialect: paused, pauses: 1 };
  const last = sniff(bytes, enabled, 'nothing');
  if (last === 'more') throw new Error('there is nothing more');
  return { dialect: last, pauses: 2 };
}

describe('with all dialects enabled', () => {
  it.each<[string, TcpDialect | 'unknown', number]>([
    ['PROTO_VERSION 1.0\n', 'versioned', 0],
    ['PROTO_VERSION 1.0', 'versioned', 0],
    ['REGISTER\0date\0alice\0', 'fields', 0],
    ['LIST_CONTENT\0', 'fields', 0],
    ['HELLO\0', 'fields', 0],
    ['REGISTER alice 5001', 'hostname', 0],
    ['\r\n REGISTER\talice 5001', 'hostname', 0],
    ['LIST_CLIENTS\n', 'hostname', 0],
    ['LIST_CLIENTS', 'hostname', 1],
    ['LIST_CLIENTSREGISTER alice 5001', 'hostname', 0],
    ['DISCOVER_CLIENT bob', 'hostname', 0],
    ['LIST_FILES\n', 'versioned', 0],
    ['ANNOUNCE a.txt 5001', 'versioned', 0],
    ['HELLO you', 'hostname', 0],
    ['HELLO', 'hostname', 1],
    // Three begin with it: the byte after it decides.
    ['REGISTER', 'hostname', 2],
    ['REG', 'hostname', 2],
    ['LIST_CONTENT', 'hostname', 2],
    ['\x80\x81', 'unknown', 0],
    ['RE\x01GISTER alice', 'unknown', 0],
    ['x'.repeat(65), 'unknown', 0],
    ['\n'.repeat(65), 'unknown', 0],
    ['\n', 'unknown', 2],
    ['', 'unknown', 2],
  ])('%j is found to be %s', (text, dialect, pauses) => {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    expect(found(bytes, all)).toEqual({ dialect, pauses });
  });
});

describe('with some enabled', () => {
  it.each<[readonly Dialect[], string, TcpDialect | 'unknown']>([
    [['versioned', 'fields'], 'REGISTER alice', 'versioned'],
    [['versioned', 'fields'], 'HELLO you', 'versioned'],
    [['versioned', 'hostname'], 'REGISTER\0date\0', 'hostname'],
    [['hostname', 'fields'], 'PROTO_VERSION 1.0\n', 'hostname'],
    [['hello'], 'REGISTER alice', 'unknown'],
    [[], 'REGISTER alice', 'unknown'],
  ])('%j takes %j as %s', (enabled, text, dialect) => {
    expect(found(bytesOf(text), enabled).dialect).toBe(dialect);
  });

  it.each(tcpDialects)('%s alone takes whatever comes, so that it gives its own failure', (dialect) => {
    for (const text of ['R', 'HELLO you\n', 'REGISTER\0', 'PROTO_VERSION 1.0', '\x80\x81']) {
      expect(
        sniff(
          Uint8Array.from(text, (c) => c.charCodeAt(0)),
          ['hello', dialect],
          'anything',
        ),
      ).toBe(dialect);
    }
  });
});

it('any noise is found to be the same, however it is cut', () => {
  fc.assert(
    fc.property(noise, fc.subarray([...all]), (bytes, enabled) => {
      const atOnce = sniff(bytes, enabled, 'anything');
      const { dialect, pauses } = found(bytes, enabled);
      expect(atOnce).toBe(pauses === 0 ? dialect : 'more');
    }),
    { numRuns: 1000 },
  );
});
