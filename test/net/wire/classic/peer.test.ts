import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dialect, dialects } from '../../../../src/base/roll.ts';
import {
  encodePeerRequest,
  maxPeerNameBytes,
  type PeerRequest,
  PeerRequestReader,
} from '../../../../src/net/wire/classic/peer.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What is read of bytes that come one by one, and of the pause after them. */
function read(request: Uint8Array): PeerRequest | undefined {
  const reader = new PeerRequestReader();
  for (const byte of request) {
    const whole = reader.push(Uint8Array.of(byte));
    if (whole !== undefined) return whole;
  }
  return reader.pause();
}

/** What their programs send, byte for byte. */
const golden: [Dialect, string, string][] = [
  ['hello', 'test.txt', 'get test.txt'],
  ['versioned', 'test.txt', 'test.txt'],
  ['hostname', 'test.txt', 'DOWNLOAD test.txt'],
  ['fields', '/home/carol/test.txt', 'GET_FILE\0/home/carol/test.txt\0'],
];

describe('a request to a peer of an older system', () => {
  it.each(golden)('in %s for %s is %j, and is read as that', (dialect, name, text) => {
    expect(encodePeerRequest(dialect, name)).toEqual(bytes(text));
    expect(read(bytes(text))).toEqual({ dialect, name });
  });

  it.each([
    ['get test.txt\n', 'hello', 'test.txt'],
    ['get test.txt\r\n', 'hello', 'test.txt'],
    ['get test.txt\0', 'hello', 'test.txt'],
    ['get  a name with blanks.txt \n', 'hello', 'a name with blanks.txt'],
    ['test.txt\r\n', 'versioned', 'test.txt'],
    ['get', 'versioned', 'get'],
    ['getaway.mp4', 'versioned', 'getaway.mp4'],
    ['GET_FILE', 'versioned', 'GET_FILE'],
    ['DOWNLOADS\n', 'versioned', 'DOWNLOADS'],
    ['DOWNLOAD test.txt\n', 'hostname', 'test.txt'],
    ['GET_FILE\0 a \r\n\0', 'fields', ' a \r\n'],
    ['../client.c', 'versioned', '../client.c'],
    ['get Grüße.txt', 'hello', 'Grüße.txt'],
  ])('of %j is one in %s for %j', (text, dialect, name) => {
    expect(read(bytes(text))).toEqual({ dialect, name });
  });

  it.each([
    ['DOWNLOAD', 'hostname', 'no-name'],
    ['DOWNLOAD \n', 'hostname', 'no-name'],
    ['get \n', 'hello', 'no-name'],
    ['\n', 'versioned', 'no-name'],
    ['GET_FILE\0\0', 'fields', 'no-name'],
    [`get ${'x'.repeat(maxPeerNameBytes + 1)}\n`, 'hello', 'malformed'],
    [`DOWNLOAD ${'x'.repeat(5000)}`, 'hostname', 'malformed'],
    ['x'.repeat(5000), 'versioned', 'malformed'],
    [`GET_FILE\0${'x'.repeat(5000)}`, 'fields', 'malformed'],
  ])('of %j is wrong', (text, dialect, wrong) => {
    expect(read(bytes(text))).toEqual({ dialect, wrong });
  });

  it('takes the longest name', () => {
    const name = 'x'.repeat(maxPeerNameBytes);
    for (const dialect of dialects) expect(read(encodePeerRequest(dialect, name))).toEqual({ dialect, name });
  });

  it('is wrong where it is not UTF-8', () => {
    expect(read(Uint8Array.of(...bytes('get '), 0xff, 0x0a))).toEqual({ dialect: 'hello', wrong: 'malformed' });
  });

  it('in fields is not whole before its second NUL, however long that takes', () => {
    expect(read(bytes('GET_FILE\0test.txt'))).toBeUndefined();
    expect(read(bytes(''))).toBeUndefined();
  });

  it('is the same in whatever pieces it comes', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9/._-]([a-zA-Z0-9 /._-]{0,60}[a-zA-Z0-9/._-])?$/);
    fc.assert(
      fc.property(fc.constantFrom(...dialects), name, fc.nat(80), (dialect, text, cut) => {
        const request = encodePeerRequest(dialect, text);
        const reader = new PeerRequestReader();
        const early = reader.push(request.subarray(0, cut));
        const whole = early ?? reader.push(request.subarray(cut)) ?? reader.pause();
        fc.pre(dialect !== 'versioned' || !/^(get|DOWNLOAD) /.test(text));
        expect(whole).toEqual({ dialect, name: text });
      }),
    );
  });

  it('of anything at all is a request or none, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (garbage) => {
        const request = read(garbage);
        if (request !== undefined) expect(dialects).toContain(request.dialect);
        if (request?.wrong === undefined && request !== undefined) {
          expect(bytes(request.name).length).toBeLessThanOrEqual(maxPeerNameBytes);
        }
      }),
    );
  });

  it.each(['', 'a\nb', 'a\rb', 'a\0b', 'x'.repeat(maxPeerNameBytes + 1)])('cannot ask for %j', (name) => {
    for (const dialect of dialects) expect(() => encodePeerRequest(dialect, name)).toThrow('cannot be asked for');
  });
});
