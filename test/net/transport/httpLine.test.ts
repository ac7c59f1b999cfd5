import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Beginning, beginningOf } from '../../../src/net/transport/httpLine.ts';
import { maxHeadBytes } from '../../../src/net/transport/limits.ts';

describe('the first bytes of a connection', () => {
  test.each<[text: string, is: Beginning]>([
    ['GET / HTTP/1.1\r\n', 'http'],
    ['HEAD /l/x HTTP/1.0\r\nHost: x', 'http'],
    ['POST /l HTTP/1.1\n', 'http'],
    ['GET /x', 'unfinished'],
    ['GET /x ', 'unfinished'],
    ['GET /x HTTP/1.1', 'unfinished'],
    ['GET /x HTTP/1.1\r', 'unfinished'],
    ['', 'other'],
    ['GET ', 'other'],
    ['get /x HTTP/1.1\r\n', 'other'],
    ['GET x HTTP/1.1\r\n', 'other'],
    ['GET /x\r\n', 'other'],
    ['GET /x\0', 'other'],
    ['GET /x HTTP/2.0\r\n', 'other'],
    ['GET /x y HTTP/1.1\r\n', 'other'],
    ['BREW /x HTTP/1.1\r\n', 'other'],
    ['GET_FILE\0/x\0', 'other'],
  ])('%j are %s', (text, is) => {
    expect(beginningOf(Buffer.from(text))).toBe(is);
  });

  test('are other where they go on for longer than a head may', () => {
    expect(beginningOf(Buffer.from(`GET /${'x'.repeat(maxHeadBytes - 6)}`))).toBe('unfinished');
    expect(beginningOf(Buffer.from(`GET /${'x'.repeat(maxHeadBytes - 5)}`))).toBe('other');
  });

  test('of a request are unfinished up to the end of its line, and never another', () => {
    const line = 'OPTIONS /content/x?ticket=y HTTP/1.1\r\n';
    for (let length = 'OPTIONS /'.length; length < line.length; length++) {
      expect(beginningOf(Buffer.from(line.slice(0, length)))).toBe('unfinished');
    }
    expect(beginningOf(Buffer.from(line))).toBe('http');
  });

  test('that are garbage are other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        if (!Buffer.from(bytes).includes(' /')) expect(beginningOf(bytes)).toBe('other');
      }),
    );
  });
});
