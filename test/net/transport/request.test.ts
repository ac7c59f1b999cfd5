import { describe, expect, it } from 'vitest';
import { encodeRequest } from '../../../src/net/transport/node/request.ts';

const request = (path: string, headers: [string, string][] = [], method = 'GET') => ({
  method,
  path,
  headers: new Map(headers),
});

describe('a request', () => {
  it('is one head with its host', () => {
    expect(encodeRequest(request('/a?b=c', [['range', 'bytes=0-']]), '10.0.0.1:7451')).toBe(
      'GET /a?b=c HTTP/1.1\r\nhost: 10.0.0.1:7451\r\nrange: bytes=0-\r\n\r\n',
    );
  });

  it.each([
    ['a line end in a value', request('/', [['a', 'b\r\nc: d']])],
    ['a line end in a name', request('/', [['a\r\nb', 'c']])],
    ['a colon in a name', request('/', [['a:b', 'c']])],
    ['a letter beyond ASCII in a value', request('/', [['a', 'ä']])],
    ['a space in the path', request('/a HTTP/1.1')],
    ['a path that is a whole address', request('https://elsewhere/')],
    ['a space in the method', request('/', [], 'GET /')],
  ])('is refused for %s', (_, bad) => {
    expect(() => encodeRequest(bad, 'host')).toThrow(expect.objectContaining({ code: 'fault' }));
  });
});
