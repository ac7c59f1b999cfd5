import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exitStatuses, RollcallError } from '../../../src/base/errors.ts';
import { decodeMessage, encodeMessage, type Message, rpcCodes } from '../../../src/net/wire/jsonRpc.ts';

const cases: [title: string, line: string, message: Message][] = [
  [
    'a request',
    '{"jsonrpc":"2.0","id":0,"method":"ping","params":{}}',
    { type: 'request', id: 0, method: 'ping', params: {} },
  ],
  [
    'a request of the highest id, with a list',
    '{"jsonrpc":"2.0","id":9007199254740991,"method":"x","params":[1,null]}',
    { type: 'request', id: 9_007_199_254_740_991, method: 'x', params: [1, null] },
  ],
  [
    'a notification without parameters',
    '{"jsonrpc":"2.0","method":"tick"}',
    { type: 'notification', method: 'tick', params: undefined },
  ],
  ['a result', '{"jsonrpc":"2.0","id":7,"result":null}', { type: 'result', id: 7, result: null }],
  [
    'an error with a name of ours',
    '{"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"no","data":{"name":"refused"}}}',
    { type: 'error', id: 7, error: { code: -32000, message: 'no', name: 'refused' } },
  ],
  [
    'an error without one, to no request',
    '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}}',
    { type: 'error', id: null, error: { code: -32700, message: 'no' } },
  ],
];

test.each(cases)('%s is read as what it says', (_, line, message) => {
  expect(decodeMessage(line)).toEqual(message);
});

test.each(cases)('%s is written to the byte', (_, line, message) => {
  expect(encodeMessage(message)).toBe(`${line}\n`);
});

test.each(cases)('%s is written again as it came', (_, line) => {
  expect(encodeMessage(decodeMessage(line))).toBe(`${line}\n`);
});

const id = fc.maxSafeNat();
const method = fc.string({ unit: 'binary', maxLength: 64 });
const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: fc.constant('request' as const), id, method, params: fc.jsonValue() }),
  fc.record({ type: fc.constant('notification' as const), method, params: fc.jsonValue() }),
  fc.record({ type: fc.constant('result' as const), id, result: fc.jsonValue() }),
  fc.record({
    type: fc.constant('error' as const),
    id: fc.option(id),
    error: fc.record({
      code: fc.integer(),
      message: fc.string({ unit: 'binary' }),
      name: fc.option(fc.constantFrom(...(Object.keys(exitStatuses) as (keyof typeof exitStatuses)[])), {
        nil: undefined,
      }),
    }),
  }),
);

test('any message comes out as it went in, in one line', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const line = encodeMessage(message);
      expect(line.indexOf('\n')).toBe(line.length - 1);
      // JSON knows no minus zero.
      expect(decodeMessage(line)).toEqual(JSON.parse(JSON.stringify(message)));
    }),
  );
});

/** What is read, or our error. Anything else fails the test. */
function read(line: string): Message | 'bad-message' {
  try {
    return decodeMessage(line);
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'bad-message') return 'bad-message';
    throw error;
  }
}

test('garbage gives a message or our error and nothing else', () => {
  const key = fc.constantFrom('jsonrpc', 'id', 'method', 'params', 'result', 'error', '__proto__', 'constructor');
  const value = fc.oneof(fc.constantFrom('2.0', null, 0, -1, 'ping', { code: 1, message: '' }), fc.jsonValue());
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.dictionary(key, value).map((message) => JSON.stringify({ jsonrpc: '2.0', ...message })),
  );
  fc.assert(
    fc.property(line, (text) => {
      const message = read(text);
      if (message !== 'bad-message') expect(decodeMessage(encodeMessage(message))).toEqual(message);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['nothing', ''],
  ['no JSON', '{"jsonrpc":"2.0",'],
  ['JSON behind a byte order mark', '\ufeff{"jsonrpc":"2.0","method":"x"}'],
  ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]'],
  ['a text', '"ping"'],
  ['nobody', 'null'],
  ['no version', '{"id":1,"method":"ping"}'],
  ['another version', '{"jsonrpc":"1.0","id":1,"method":"ping"}'],
  ['neither request nor response', '{"jsonrpc":"2.0","id":1}'],
  ['a result and an error at once', '{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":""}}'],
  ['a result without an id', '{"jsonrpc":"2.0","result":1}'],
  ['an error without an id', '{"jsonrpc":"2.0","error":{"code":1,"message":""}}'],
  ['an error without a code', '{"jsonrpc":"2.0","id":1,"error":{"message":""}}'],
  ['an id that is a text', '{"jsonrpc":"2.0","id":"1","method":"ping"}'],
  ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
  ['an id below zero', '{"jsonrpc":"2.0","id":-1,"method":"ping"}'],
  ['an id with a fraction', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'],
  ['an id past the safe ones', '{"jsonrpc":"2.0","id":9007199254740992,"method":"ping"}'],
  ['a method that is a number', '{"jsonrpc":"2.0","id":1,"method":5}'],
  ['a method of 65 characters', `{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(65)}"}`],
  ['a method that is inherited', '{"jsonrpc":"2.0","id":1,"__proto__":{"method":"ping"}}'],
])('%s is no message', (_, line) => {
  expect(read(line)).toBe('bad-message');
});

test('a method of 64 characters is the longest', () => {
  expect(read(`{"jsonrpc":"2.0","id":1,"method":"${'x'.repeat(64)}"}`)).toMatchObject({ type: 'request' });
});

test('a line that is nested as deep as a line can be is read or refused', () => {
  const deep = '['.repeat(120_000) + ']'.repeat(120_000);
  expect(read(deep)).toBe('bad-message');
  expect(read(`{"jsonrpc":"2.0","id":1,"method":"ping","params":${deep}}`)).toMatchObject({ type: 'request' });
  expect(read('{"a":'.repeat(50_000))).toBe('bad-message');
});

test.each(['"later"', '7', 'null', '{"name":"no name of ours"}', '{"name":"constructor"}', '{"name":5}', '{}'])(
  'an error whose data are %s keeps its code and message',
  (data) => {
    const line = `{"jsonrpc":"2.0","id":1,"error":{"code":${rpcCodes.named},"message":"no","data":${data}}}`;
    expect(decodeMessage(line)).toEqual({ type: 'error', id: 1, error: { code: rpcCodes.named, message: 'no' } });
  },
);

test('"__proto__" in parameters pollutes nothing', () => {
  const message = decodeMessage('{"jsonrpc":"2.0","id":1,"method":"x","params":{},"__proto__":{"polluted":1}}');
  expect('polluted' in message).toBe(false);
  expect('polluted' in {}).toBe(false);
});

test("an error's message is cut at a thousand characters, so that nobody fills a person's screen", () => {
  const long = (length: number) => `{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"${'x'.repeat(length)}"}}`;
  expect(decodeMessage(long(1000))).toMatchObject({ error: { message: 'x'.repeat(1000) } });
  expect(decodeMessage(long(200_000))).toMatchObject({ error: { message: 'x'.repeat(1000) } });
});
