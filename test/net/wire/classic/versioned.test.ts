import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxSpokenBytes } from '../../../../src/net/wire/classic/spoken.ts';
import {
  errorReply,
  fileLine,
  foundReply,
  VersionedReader,
  type VersionedRequest,
  versionedReplies,
} from '../../../../src/net/wire/classic/versioned.ts';
import { bytesOf, cuts, noise, pieces, readAll } from './spoken.ts';

const table: [string, VersionedRequest][] = [
  ['PROTO_VERSION 1.0', { request: 'version', version: '1.0' }],
  ['PROTO_VERSION 2.0', { request: 'version', version: '2.0' }],
  ['REGISTER alice', { request: 'register', user: 'alice' }],
  ['ANNOUNCE a.txt 5001', { request: 'announce', file: 'a.txt', port: '5001' }],
  ['LIST_FILES', { request: 'list' }],
  ['REQUEST a.txt', { request: 'locate', file: 'a.txt' }],
  ['REQUEST \u00e9t\u00e9.txt', { request: 'locate', file: '\u00e9t\u00e9.txt' }],
  ['  REQUEST\t a.txt \0', { request: 'locate', file: 'a.txt' }],
];

const why = (text: string): { request: string; why?: string }[] => readAll(new VersionedReader(), [bytesOf(text)]);

describe.each(table)('%j', (line, request) => {
  it.each(['\n', '\r\n'])('is one request with %j after it, cut at any byte', (end) => {
    const bytes = bytesOf(line + end);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new VersionedReader();
      expect([...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))]).toEqual([request]);
      expect(reader.unfinished).toBe(false);
    }
  });

  it('is one request without a line end once nothing more comes', () => {
    const reader = new VersionedReader();
    expect(reader.push(bytesOf(line))).toEqual([]);
    expect(reader.unfinished).toBe(true);
    expect(reader.pause()).toEqual([request]);
    expect(reader.unfinished).toBe(false);
    expect(reader.expire()).toEqual([]);
  });
});

describe('what is not whole', () => {
  it.each(['PROTO_VERSION', 'PROTO_VER', 'REGISTER ', 'ANNOUNCE a.txt', 'REQ'])('%j waits over a pause', (text) => {
    const reader = new VersionedReader();
    reader.push(bytesOf(text));
    expect(reader.pause()).toEqual([]);
    expect(reader.unfinished).toBe(true);
    expect(reader.expire()).toMatchObject([{ request: 'faulty' }]);
    expect(reader.unfinished).toBe(false);
  });

  it('goes on after a pause', () => {
    const reader = new VersionedReader();
    reader.push(bytesOf('ANNOUNCE a.txt'));
    reader.pause();
    expect(reader.push(bytesOf(' 5001\n'))).toEqual([{ request: 'announce', file: 'a.txt', port: '5001' }]);
  });
});

describe('what cannot be understood', () => {
  it.each([
    ['HELLO you\n', 'there is no such command'],
    ['register alice\n', 'there is no such command'],
    ['REGISTER\n', 'REGISTER says too little'],
    ['ANNOUNCE my file.txt 5001\n', 'ANNOUNCE takes a file name without white space, and a port'],
  ])('%j says why', (text, words) => {
    expect(why(text)).toEqual([{ request: 'faulty', why: words }]);
  });

  it('is no text: it says so', () => {
    expect(new VersionedReader().push(Uint8Array.of(0x52, 0x80, 0xff, 0x0a))).toEqual([
      { request: 'faulty', why: 'a line is not UTF-8' },
    ]);
  });

  it('is a blank line: nothing comes of it', () => {
    expect(why('\n \r\n\t\n')).toEqual([]);
  });

  it('is a line of the limit: nothing after it is read, and what came before is', () => {
    const longest = `REQUEST ${'x'.repeat(maxSpokenBytes - 'REQUEST '.length - 1)}`;
    expect(why(`${longest}\n`)).toMatchObject([{ request: 'locate' }]);
    const text = `LIST_FILES\n${longest}y\nLIST_FILES\n`;
    expect(why(text)).toEqual([{ request: 'list' }, { request: 'faulty', why: 'a line is too long', last: true }]);
  });
});

it('any noise gives the same requests, however it is cut', () => {
  fc.assert(
    fc.property(noise, cuts, (bytes, lengths) => {
      const cut = readAll(new VersionedReader(), pieces(bytes, lengths));
      expect(cut).toEqual(readAll(new VersionedReader(), [bytes]));
    }),
  );
});

it('the replies are those of the table', () => {
  const at = { address: '10.0.0.7', port: 5001 };
  expect(Object.values(versionedReplies).join('')).toBe(
    'VERSION_OK\nVERSION_FAIL\nREGISTERED\nANNOUNCED\nNOT_FOUND\nEND\n',
  );
  expect(foundReply(at)).toBe('FOUND 10.0.0.7 5001\n');
  expect(fileLine('a.txt', at)).toBe('a.txt 10.0.0.7 5001\n');
  expect(errorReply('one\ntwo')).toBe('ERROR one\\u{a}two\n');
});
