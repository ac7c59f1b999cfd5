import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { AnswerParser, type AnswerPart } from '../../../src/net/transport/node/answer.ts';

interface Answer {
  status: number;
  headers: [string, string][];
  body: string;
}

/** The parts of an answer that came in these chunks, the body put together. */
function parse(chunks: Uint8Array[], method = 'GET'): Answer | 'unfinished' {
  const parser = new AnswerParser(method);
  const parts: AnswerPart[] = chunks.flatMap((chunk) => parser.push(chunk));
  const [head] = parts;
  if (head?.part !== 'head' || parts.at(-1)?.part !== 'end') return 'unfinished';
  const body = Buffer.concat(parts.flatMap((part) => (part.part === 'body' ? [part.bytes] : [])));
  return { status: head.status, headers: [...head.headers], body: body.toString('latin1') };
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

const good: [string, string, string, Answer][] = [
  [
    'an announced length',
    'GET',
    'HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nETag: "ab"\r\n\r\nhello',
    {
      status: 206,
      headers: [
        ['content-length', '5'],
        ['etag', '"ab"'],
      ],
      body: 'hello',
    },
  ],
  [
    'chunks, with an extension and a trailer',
    'GET',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nX: y\r\n\r\n',
    { status: 200, headers: [['transfer-encoding', 'chunked']], body: 'hello!' },
  ],
  [
    'an answer to HEAD',
    'HEAD',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
    { status: 200, headers: [['content-length', '5']], body: '' },
  ],
  ['no content', 'GET', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, headers: [], body: '' }],
  [
    'an empty body',
    'GET',
    'HTTP/1.1 404 \r\ncontent-length:0\r\n\r\n',
    { status: 404, headers: [['content-length', '0']], body: '' },
  ],
  [
    'an interim answer first',
    'GET',
    'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.0 200\r\nA: 1\r\na:\t2 \r\nContent-Length: 1\r\n\r\n.',
    {
      status: 200,
      headers: [
        ['a', '1, 2'],
        ['content-length', '1'],
      ],
      body: '.',
    },
  ],
];

const hostile: [string, string][] = [
  ['no status line', 'SSH-2.0-OpenSSH_9\r\n'],
  ['a status that is none', 'HTTP/1.1 999 X\r\n'],
  ['another version', 'HTTP/2 200 OK\r\n'],
  ['a bare line feed', 'HTTP/1.1 200 OK\n'],
  ['a folded header', 'HTTP/1.1 200 OK\r\nA: 1\r\n 2\r\n'],
  ['a header with a space before its colon', 'HTTP/1.1 200 OK\r\nA : 1\r\n'],
  ['a NUL in a header', 'HTTP/1.1 200 OK\r\nA: \0\r\n'],
  ['no length', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
  ['a length beyond counting', 'HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['another coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'],
  ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n'],
  ['a chunk that is too long', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n'],
  ['bytes after its end', 'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n'],
  ['a head without an end', `HTTP/1.1 200 OK\r\n${'A: 1\r\n'.repeat(5000)}`],
  ['a line without an end', `HTTP/1.1 200 ${'x'.repeat(20_000)}`],
  ['interim answers without an end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000)],
];

describe('an answer', () => {
  it.each(good)('with %s is read', (_, method, text, answer) => {
    expect(parse([latin1(text)], method)).toEqual(answer);
  });

  it.each(good)('with %s is read the same however it is split', (_, method, text, answer) => {
    const bytes = latin1(text);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
        expect(parse(chunks, method)).toEqual(answer);
      }),
    );
  });

  it.each(good)('with %s is not whole before its last byte', (_, method, text) => {
    expect(parse([latin1(text).subarray(0, -1)], method)).toBe('unfinished');
  });

  it.each(hostile)('with %s is refused', (_, text) => {
    expect(() => parse([latin1(text)])).toThrow(expect.objectContaining({ code: 'bad-message' }));
  });

  it('made of garbage gives parts or our error, and nothing else', () => {
    const scrap = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom(
          'HTTP/1.1 200 OK\r\n',
          'Transfer-Encoding: chunked\r\n',
          'Content-Length: 3\r\n',
          '\r\n',
          '3\r\n',
          'abc',
        )
        .map(latin1),
    );
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 12 }), (chunks) => {
        try {
          parse(chunks);
        } catch (error) {
          expect(error).toBeInstanceOf(RollcallError);
        }
      }),
    );
  });
});

it.each([
  ['padding before what is forbidden', `a:${' '.repeat(15_000)}\0`],
  ['padding within', `a: b${' '.repeat(15_000)}\0`],
  ['tabs and spaces in turn', `a:${' \t'.repeat(7000)}\0`],
])('a header line of %s is refused in one pass', (_, line) => {
  const bytes = new TextEncoder().encode(`HTTP/1.1 200 OK\r\n${line}\r\n\r\n`);
  const started = performance.now();
  expect(() => new AnswerParser('GET').push(bytes)).toThrow('no header');
  // One pass takes well under a millisecond; going back and forth took over twenty seconds.
  expect(performance.now() - started).toBeLessThan(1000);
});
