import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentId } from '../../../src/base/ids.ts';
import {
  choicePath,
  decodeProblem,
  encodeProblem,
  etag,
  linkPath,
  type PeerProblemCode,
  type PeerResource,
  parseLinkPath,
  parsePeerPath,
  peerPath,
  peerProblems,
} from '../../../src/net/wire/peer.ts';
import { maxRuns, parseRuns } from '../../../src/net/wire/pieces.ts';
import golden from './golden/problems.json' with { type: 'json' };

const hex = 'ab'.repeat(32);
const id = contentId(hex);

const paths: [path: string, what: PeerResource][] = [
  [`/content/${hex}`, 'content'],
  [`/content/${hex}/pieces`, 'pieces'],
  [`/content/${hex}/leaves`, 'leaves'],
  [`/content/${hex}/bytes`, 'bytes'],
  [`/content/${hex}/have`, 'have'],
];

test.each(paths)('the path %s is read and written', (path, what) => {
  expect(parsePeerPath(path)).toEqual({ id, what, query: new URLSearchParams() });
  expect(peerPath(id, what)).toBe(path);
  const asked = parsePeerPath(`${path}?from=Bob&x=/content/`);
  expect([asked?.id, asked?.what, asked?.query.get('from'), asked?.query.get('x')]).toEqual([
    id,
    what,
    'Bob',
    '/content/',
  ]);
});

test('a choice among pieces is asked for by a path that says which', () => {
  const runs = [
    { first: 0, count: 4 },
    { first: 7, count: 1 },
  ];
  const path = parsePeerPath(choicePath(id, runs, 3));
  expect(path).toMatchObject({ id, what: 'bytes' });
  expect([parseRuns(path?.query.get('of') ?? '', 8), path?.query.get('most')]).toEqual([runs, '3']);
});

test('the longest choice fits into the head of a request, with a ticket', () => {
  const runs = Array.from({ length: maxRuns }, (_, index) => ({ first: 999_000_000 + 4 * index, count: 2 }));
  expect(choicePath(id, runs, 999_999_999).length + 4096 + 1024).toBeLessThan(16 * 1024);
});

test.each([
  '',
  '/',
  '/content',
  '/content/',
  `/content/${hex.slice(1)}`,
  `/content/${hex}0`,
  `/content/${hex.toUpperCase()}`,
  `/content/${hex}/`,
  `/content/${hex}/pieces/`,
  `/content/${hex}/other`,
  `/content/${hex}/have/0`,
  `/content/${hex}/../${hex}`,
  `/content/../content/${hex}`,
  `/content/%2e%2e/${hex}`,
  `//content/${hex}`,
  `/Content/${hex}`,
  `/content/${hex}\n`,
  `/content/${hex}#x`,
  `http://peer/content/${hex}`,
  `/content/../../etc/passwd`,
])('the path %j is none of ours', (path) => {
  expect(parsePeerPath(path)).toBeUndefined();
});

test('garbage for a path gives nothing, or the path of an id', () => {
  const part = fc.constantFrom('/', 'content', 'pieces', 'bytes', 'have', 'of=', hex, '..', '?', '%2f', '\u0000');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(part).map((parts) => parts.join('')),
      ),
      (path) => {
        const parsed = parsePeerPath(path);
        if (parsed !== undefined) expect(path.startsWith(peerPath(parsed.id, parsed.what))).toBe(true);
      },
    ),
  );
});

test.each(['page', 'file'] as const)('the short address of a %s is read and written', (what) => {
  const path = linkPath({ code: 'pWmV3bZ0Qk-x4_Ry', what });
  expect(parseLinkPath(path)).toEqual({ code: 'pWmV3bZ0Qk-x4_Ry', what });
  expect(parseLinkPath(`${path}?from=chat`)).toEqual({ code: 'pWmV3bZ0Qk-x4_Ry', what });
});

test.each([
  '/l',
  '/l/',
  '/l/pWmV3bZ0Qk-x4_R',
  '/l/pWmV3bZ0Qk-x4_Ryy',
  '/l/pWmV3bZ0Qk-x4_R%',
  '/l/pWmV3bZ0Qk-x4_R.',
  '/l/pWmV3bZ0Qk-x4_Ry/',
  '/l/pWmV3bZ0Qk-x4_Ry/files',
  '/l/pWmV3bZ0Qk-x4_Ry/file/x',
  '/L/pWmV3bZ0Qk-x4_Ry',
  '//l/pWmV3bZ0Qk-x4_Ry',
  '/l/pWmV3bZ0Qk-x4_Ry\n',
  '/l/../l/pWmV3bZ0Qk-x4_Ry',
])('the path %j is no short address', (path) => {
  expect(parseLinkPath(path)).toBeUndefined();
});

test('an ETag is strong, and the id in quotes', () => {
  expect(etag(id)).toBe(`"${hex}"`);
});

test('there is a golden problem of every code', () => {
  expect(Object.fromEntries(golden.map(({ code, status }) => [code, status]))).toEqual(peerProblems);
});

describe.each(golden)('$code', ({ status, code, detail, place, body }) => {
  test('is read as what it says', () => {
    expect(decodeProblem(Buffer.from(body))).toEqual({ status, code, detail, place });
  });

  test('is written to the byte', () => {
    expect(Buffer.from(encodeProblem(code as PeerProblemCode, detail, place)).toString()).toBe(body);
  });

  test('is none when it is cut short', () => {
    for (let length = 0; length < body.length; length++) {
      expect(decodeProblem(Buffer.from(body.slice(0, length)))).toBeUndefined();
    }
  });
});

test('a detail of a thousand characters is kept, and a longer one is cut to them', () => {
  for (const length of [1000, 1001, 5000]) {
    expect(decodeProblem(encodeProblem('busy', 'x'.repeat(length)))?.detail.length).toBe(1000);
  }
  expect(decodeProblem(Buffer.from(golden[0]?.body.replace('most', 'x'.repeat(1000)) ?? ''))).toBeUndefined();
});

test('any detail comes out as it went in', () => {
  const code = fc.constantFrom(...(Object.keys(peerProblems) as PeerProblemCode[]));
  fc.assert(
    fc.property(code, fc.string({ unit: 'binary', maxLength: 500 }), (problem, detail) => {
      const status = peerProblems[problem];
      expect(decodeProblem(encodeProblem(problem, detail))).toEqual({ status, code: problem, detail });
    }),
  );
});

test.each([0, -1, 1.5, '1', null])('a problem with the place %j is none', (place) => {
  const body = { status: 503, code: 'busy', detail: '', place };
  expect(decodeProblem(Buffer.from(JSON.stringify(body)))).toBeUndefined();
});

test.each([
  ['a page', '<html>502 Bad Gateway</html>'],
  ['a problem of somebody else', '{"type":"about:blank","status":404,"title":"Not Found"}'],
  ['a code that is inherited', '{"status":404,"code":"constructor","detail":""}'],
  ['members that are inherited', '{"__proto__":{"status":404,"code":"not-found","detail":""}}'],
  ['nobody', 'null'],
])('%s is no problem of ours', (_, body) => {
  expect(decodeProblem(Buffer.from(body))).toBeUndefined();
});

test('garbage gives a problem or nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      (body) => {
        expect(decodeProblem(body)).toBeUndefined();
      },
    ),
  );
});
