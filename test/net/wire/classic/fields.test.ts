import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FaultyFields,
  FieldsReader,
  type FieldsRequest,
  type FieldsVerb,
  fieldsFailure,
  fieldsReply,
  fieldsVerbs,
  fitsField,
} from '../../../../src/net/wire/classic/fields.ts';
import { bytesOf, cuts, noise, pieces } from './spoken.ts';

const date = '01/05/2026 14:03:00';
const table: [string, FieldsRequest][] = [
  [`REGISTER\0${date}\0alice\0`, { verb: 'REGISTER', date, user: 'alice' }],
  [`UNREGISTER\0${date}\0alice\0`, { verb: 'UNREGISTER', date, user: 'alice' }],
  [`CONNECT\0${date}\0alice\x005001\0`, { verb: 'CONNECT', date, user: 'alice', port: '5001' }],
  [`DISCONNECT\0${date}\0alice\0`, { verb: 'DISCONNECT', date, user: 'alice' }],
  [
    `PUBLISH\0${date}\0alice\0/home/a b/\u00e9.txt\0two words\0`,
    { verb: 'PUBLISH', date, user: 'alice', file: '/home/a b/\u00e9.txt', description: 'two words' },
  ],
  [`DELETE\0${date}\0alice\0a.txt\0`, { verb: 'DELETE', date, user: 'alice', file: 'a.txt' }],
  [`LIST_USERS\0${date}\0alice\0`, { verb: 'LIST_USERS', date, user: 'alice' }],
  [`LIST_CONTENT\0${date}\0alice\0bob\0`, { verb: 'LIST_CONTENT', date, user: 'alice', target: 'bob' }],
  ['REGISTER\0\0\0', { verb: 'REGISTER', date: '', user: '' }],
];

const read = (chunks: readonly Uint8Array[]): FieldsRequest | FaultyFields => {
  const reader = new FieldsReader();
  for (const chunk of chunks) {
    const request = reader.push(chunk);
    if (request !== undefined) return request;
  }
  return reader.expire();
};

describe.each(table)('%j', (text, request) => {
  it('is one request, cut at any byte', () => {
    const bytes = bytesOf(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(request);
    }
    expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(request);
  });

  it('is one request whatever follows it', () => {
    expect(read([bytesOf(`${text}REGISTER\0\0bob\0`)])).toEqual(request);
  });

  it('is not there before its last NUL', () => {
    const reader = new FieldsReader();
    expect(reader.push(bytesOf(text.slice(0, -1)))).toBeUndefined();
    expect(reader.expire()).toEqual({ verb: 'faulty', of: request.verb });
  });
});

describe('a string', () => {
  it('may have 255 bytes and its NUL, and not one more', () => {
    const user = 'u'.repeat(255);
    expect(read([bytesOf(`REGISTER\0d\0${user}\0`)])).toEqual({ verb: 'REGISTER', date: 'd', user });
    expect(read([bytesOf(`REGISTER\0d\0${user}u\0`)])).toEqual({ verb: 'faulty', of: 'REGISTER' });
    expect(fitsField(user)).toBe(true);
    expect(fitsField(`${user}u`)).toBe(false);
    expect(fitsField('\u00e9'.repeat(128))).toBe(false);
    expect(fitsField('a\0b')).toBe(false);
  });

  it('that is no text makes the request faulty', () => {
    expect(read([bytesOf('DELETE\0d\0alice\0'), Uint8Array.of(0xff, 0)])).toEqual({ verb: 'faulty', of: 'DELETE' });
  });

  it('that is no verb makes it faulty at once', () => {
    expect(new FieldsReader().push(bytesOf('HELLO\0'))).toEqual({ verb: 'faulty', of: undefined });
  });
});

it('any noise gives a request or a fault, the same however it is cut', () => {
  fc.assert(
    fc.property(noise, cuts, (bytes, lengths) => {
      expect(read(pieces(bytes, lengths))).toEqual(read([bytes]));
    }),
  );
});

it('a reply is a byte, and for a list how many there are and their strings', () => {
  expect(fieldsReply(3)).toEqual(Uint8Array.of(3));
  const reply = fieldsReply(0, { entries: 1, strings: ['bob', '10.0.0.7', '5001'] });
  expect(Buffer.from(reply).toString()).toBe('\x001\0bob\x0010.0.0.7\x005001\0');
  expect(Buffer.from(fieldsReply(0, { entries: 0, strings: [] })).toString()).toBe('\x000\0');
});

it('a failure has the last code of its row', () => {
  const codes = Object.fromEntries(fieldsVerbs.map((verb: FieldsVerb) => [verb, fieldsFailure(verb)]));
  expect(codes).toEqual({
    REGISTER: 2,
    UNREGISTER: 2,
    CONNECT: 3,
    DISCONNECT: 3,
    PUBLISH: 4,
    DELETE: 4,
    LIST_USERS: 3,
    LIST_CONTENT: 4,
  });
});
