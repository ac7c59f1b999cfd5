import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { sessionId } from '../../../../src/base/ids.ts';
import { resourceName, userName } from '../../../../src/base/names.ts';
import {
  HelloList,
  type HelloRequest,
  helloError,
  helloNotFound,
  helloProbe,
  helloReplies,
  isHello,
  isHelloName,
  maxHelloReplyBytes,
  ownerLine,
  parseHello,
  resourceLine,
  userLine,
} from '../../../../src/net/wire/classic/hello.ts';
import { encodeHeartbeat } from '../../../../src/net/wire/heartbeat.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): HelloRequest => parseHello(bytes(text));

function wrong(datagram: Uint8Array): RollcallError {
  try {
    parseHello(datagram);
  } catch (error) {
    if (error instanceof RollcallError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const table: [string, HelloRequest][] = [
  ['register Carol 55211', { ask: 'register', user: userName('Carol'), port: 55_211 }],
  ['announce test.txt Bob', { ask: 'announce', name: resourceName('test.txt'), user: userName('Bob') }],
  ['query resources', { ask: 'resources' }],
  ['query users', { ask: 'users' }],
  ['get resource_info test.txt', { ask: 'owners', name: 'test.txt' }],
  ['get resource_info two words', { ask: 'owners', name: 'two words' }],
  ['hello response', { ask: 'response' }],
];

describe('a request', () => {
  it.each(table)('reads "%s"', (text, request) => {
    expect(isHello(bytes(text))).toBe(true);
    expect(parse(text)).toEqual(request);
  });

  it.each(['\n', '\r\n', '\0', '\0\0\0\0', '\n\0', ' '])('may end in %j', (end) => {
    for (const [text, request] of table) {
      expect(isHello(bytes(text + end))).toBe(true);
      expect(parse(text + end)).toEqual(request);
    }
  });

  it('takes names beyond ASCII', () => {
    expect(parse('announce Prüfung.pdf Zoë')).toEqual({ ask: 'announce', name: 'Prüfung.pdf', user: 'Zoë' });
  });

  it.each([
    ['register', 'usage'],
    ['register Bob', 'usage'],
    ['register Bob 80', 'usage'],
    ['register Bob 65536', 'usage'],
    ['register Bob abc', 'usage'],
    ['register Bob 5000.5', 'usage'],
    ['register Bob 5000 6000', 'usage'],
    ['register Bob Smith 5000', 'usage'],
    ['register ../Bob 5000', 'usage'],
    ['register Bob\0Sally 5000', 'usage'],
    [`register ${'B'.repeat(65)} 5000`, 'usage'],
    ['announce', 'usage'],
    ['announce a.txt', 'usage'],
    ['announce a b.txt Bob', 'usage'],
    ['announce ../a.txt Bob', 'usage'],
    ['announce /etc/passwd Bob', 'usage'],
    ['announce .. Bob', 'usage'],
    ['announce a\u001b[2J.txt Bob', 'usage'],
    [`announce ${'a'.repeat(256)} Bob`, 'usage'],
    ['query', 'usage'],
    ['query nothing', 'usage'],
    ['query resources now', 'usage'],
    ['get', 'usage'],
    ['get test.txt', 'usage'],
    ['get resource_info', 'usage'],
    ['get resource_info ', 'usage'],
    [`get resource_info ${'a'.repeat(1007)}`, 'limit'],
  ])('is refused as "%s"', (text, code) => {
    expect(isHello(bytes(text))).toBe(true);
    expect(wrong(bytes(text)).code).toBe(code);
  });

  it('is refused where it is no UTF-8', () => {
    expect(wrong(Uint8Array.of(...bytes('announce '), 0xff, 0xfe, ...bytes(' Bob'))).code).toBe('bad-message');
  });

  it.each([
    '',
    'hello',
    'hello there',
    'hello responses',
    'registered',
    'REGISTER Bob 5000',
    'RC',
    ' query users',
    'x',
    '\0',
  ])('is not what begins as "%s"', (text) => {
    expect(isHello(bytes(text))).toBe(false);
  });

  it('is not a heartbeat', () => {
    const beat = { kind: 'beat', session: sessionId(7), sequence: 3, flags: 0 } as const;
    expect(isHello(encodeHeartbeat(beat, () => new Uint8Array(32).fill(0x72)))).toBe(false);
  });

  it('gives a request or our error, and nothing else, whatever comes', () => {
    const verb = fc.constantFrom(
      'register ',
      'announce ',
      'query ',
      'get ',
      'get resource_info ',
      'hello response',
      '',
    );
    const any = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 100 }).map(bytes));
    fc.assert(
      fc.property(verb, any, (start, rest) => {
        const datagram = Uint8Array.of(...bytes(start), ...rest);
        try {
          return typeof parseHello(datagram).ask === 'string';
        } catch (error) {
          return error instanceof RollcallError && error.code !== 'fault';
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a reply', () => {
  const place = { address: '192.168.1.200', port: 55_211 };

  it('reads as the programs of this dialect expect it', () => {
    expect(helloReplies).toEqual({
      registered: 'Registration successful',
      announced: 'Resource announced successfully',
      resources: 'Resources:\n',
      noResources: 'No resources available.',
      users: 'Active users:\n',
      noUsers: 'No active users.',
    });
    expect(resourceLine('test.txt', 'Bob', place)).toBe('test.txt (Owner: Bob, IP: 192.168.1.200, TCP Port: 55211)\n');
    expect(userLine('Bob')).toBe('Bob\n');
    expect(ownerLine('Bob', place)).toBe('Bob 192.168.1.200 55211\n');
    expect(helloNotFound('test.txt')).toBe("Error: Resource 'test.txt' not found.");
    expect(helloError('no')).toBe('Error: no');
    expect(helloProbe).toBe('hello');
  });

  it('is never taken for a request, so that two trackers do not talk for ever', () => {
    const replies = [...Object.values(helloReplies), helloNotFound('x'), helloError('x'), helloProbe];
    expect(replies.filter((reply) => isHello(bytes(reply)))).toEqual([]);
  });

  it('never exceeds its reader, whatever it echoes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
        expect(bytes(helloNotFound(text)).length).toBeLessThanOrEqual(maxHelloReplyBytes);
        expect(bytes(helloError(text)).length).toBeLessThanOrEqual(maxHelloReplyBytes);
      }),
    );
    expect(bytes(helloError('\u{e0001}'.repeat(1000))).length).toBeLessThanOrEqual(maxHelloReplyBytes);
    expect(bytes(helloError('\u200b'.repeat(1000))).length).toBeLessThanOrEqual(maxHelloReplyBytes);
  });

  it('hands no escape sequence back', () => {
    expect(helloNotFound('\u001b[2J')).toBe("Error: Resource '\\u{1b}[2J' not found.");
  });

  it('is as long as its reader can take, and not a byte longer', () => {
    const list = new HelloList(helloReplies.users);
    const room = maxHelloReplyBytes - 'Active users:\n'.length;
    expect(list.add('ü'.repeat((room - 1) / 2))).toBe(true);
    expect(list.add('xx')).toBe(false);
    expect(list.add('x')).toBe(true);
    expect(bytes(list.text).length).toBe(maxHelloReplyBytes);
    expect(list.add('x')).toBe(false);
    expect(list.lines).toBe(2);
  });

  it('consists of whole lines', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 400 }), { maxLength: 60 }), (lines) => {
        const list = new HelloList('');
        const taken = lines.filter((line) => list.add(line));
        expect(list.text).toBe(taken.join(''));
        expect(list.lines).toBe(taken.length);
        expect(bytes(list.text).length).toBeLessThanOrEqual(maxHelloReplyBytes);
      }),
    );
  });
});

describe('a name', () => {
  it.each([
    ['test.txt', true],
    ['Zoë', true],
    ['two words', false],
    ['no-break\u00a0space', false],
    ['tab\t', false],
  ])('%j can be listed: %s', (name, can) => {
    expect(isHelloName(name)).toBe(can);
  });
});
