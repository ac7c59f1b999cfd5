import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  maxAudience,
  maxBatch,
  maxDescriptionBytes,
  maxLinkSeconds,
  maxPage,
  maxPartialIds,
  maxPartialOwners,
  maxWatched,
  minLinkSeconds,
  type Notice,
  type TrackerMethod,
} from '../../../src/net/wire/control.ts';
import { clientMethods, notices, trackerMethods } from '../../../src/net/wire/controlSchemas.ts';
import { decodeMessage, encodeMessage, type Message } from '../../../src/net/wire/jsonRpc.ts';
import { LineSplitter, maxLineBytes } from '../../../src/net/wire/lines.ts';
import { maxLinkUses } from '../../../src/net/wire/ticket.ts';
import { calls, told } from './arbitraries.ts';
import { conversation } from './conversation.ts';

const golden = readFileSync(new URL('./golden/control.jsonl', import.meta.url));
const lines = golden.toString().split('\n').slice(0, -1);

const methods: Record<string, { params: z.ZodType; result: z.ZodType }> = { ...trackerMethods, ...clientMethods };

/** Reads messages as both ends do together: a result is checked by the method that its id asked for. */
function reader(): (line: string) => Message {
  const asked = new Map<number | null, string>();
  return (line) => {
    const message = decodeMessage(line);
    switch (message.type) {
      case 'request':
        asked.set(message.id, message.method);
        return { ...message, params: methods[message.method]?.params.parse(message.params) };
      case 'notification':
        return { ...message, params: notices[message.method as Notice].parse(message.params) };
      case 'result':
        return { ...message, result: methods[asked.get(message.id) ?? '']?.result.parse(message.result) };
      case 'error':
        return message;
    }
  };
}

test('there is a golden message for every method and every notice', () => {
  const named = conversation.flatMap((message) => ('method' in message ? [message.method] : []));
  expect(new Set(named)).toEqual(new Set([...Object.keys(methods), ...Object.keys(notices)]));
  expect(lines.length).toBe(conversation.length);
});

test('golden messages are read as what they say', () => {
  expect(lines.map(reader())).toEqual(conversation);
});

test('golden messages are written to the byte', () => {
  expect(conversation.map(encodeMessage).join('')).toBe(golden.toString());
});

test('golden messages that were read are written as they came', () => {
  expect(lines.map(reader()).map(encodeMessage).join('')).toBe(golden.toString());
});

test('golden messages are the same however their bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: golden.length })), (cuts) => {
      const splitter = new LineSplitter();
      const at = [0, ...cuts.sort((a, b) => a - b), golden.length];
      const read = at.slice(1).flatMap((end, index) => splitter.push(golden.subarray(at[index], end)));
      expect(read).toEqual(lines);
    }),
  );
});

describe.each(Object.keys(calls) as TrackerMethod[])('%s', (method) => {
  test.each(['params', 'result'] as const)('any %s come out as they went in', (part) => {
    const schema: z.ZodType = trackerMethods[method][part];
    const values: fc.Arbitrary<unknown> = calls[method][part];
    fc.assert(
      fc.property(values, (value) => {
        const [message] = new LineSplitter().push(
          Buffer.from(encodeMessage({ type: 'request', id: 1, method, params: value })),
        );
        const read = decodeMessage(message ?? '');
        expect(read.type === 'request' && schema.parse(read.params)).toEqual(value);
      }),
    );
  });
});

test.each(Object.keys(told) as Notice[])('any notice "%s" comes out as it went in', (notice) => {
  const values: fc.Arbitrary<unknown> = told[notice];
  fc.assert(
    fc.property(values, (value) => {
      expect(notices[notice].parse(JSON.parse(JSON.stringify(value)))).toEqual(value);
    }),
  );
});

const schemas: [string, z.ZodType][] = [
  ...Object.entries(methods).flatMap(([method, { params, result }]): [string, z.ZodType][] => [
    [`${method} params`, params],
    [`${method} result`, result],
  ]),
  ...Object.entries(notices),
];

test.each(schemas)('garbage for %s is refused, and nothing is thrown', (_, schema) => {
  const leaf = fc.oneof(fc.constantFrom('__proto__', null, -1, 1e300, '../x', '\u0000'), fc.jsonValue());
  const key = fc.constantFrom('name', 'names', 'resources', 'user', 'id', 'rows', 'choices', 'session', '__proto__');
  fc.assert(
    fc.property(fc.oneof(leaf, fc.dictionary(key, fc.oneof(leaf, fc.array(fc.dictionary(key, leaf))))), (value) => {
      const { success, data } = schema.safeParse(JSON.parse(JSON.stringify(value)));
      if (success) expect(schema.parse(data)).toEqual(data);
    }),
  );
});

const resource = {
  name: 'a.txt',
  id: 'ab'.repeat(32),
  size: 1,
  kind: 'file',
  description: '',
  modified: 0,
};
const announce = (change: object) =>
  trackerMethods.announce.params.safeParse({ resources: [{ ...resource, ...change }] });
const accepted = (result: { success: boolean }): boolean => result.success;

test.each([
  '',
  '.',
  '..',
  '../etc/passwd',
  '/etc/passwd',
  'a/b',
  'a\\b',
  'C:',
  'a:b',
  'CON',
  'con.txt',
  'trailing.',
  'trailing ',
  'nul\u0000',
  'esc\u001b[2J',
  'rtl\u202Etxt.exe',
  'zero\u200Bwidth',
  'line\nfeed',
  'lone\uD800',
  'x'.repeat(256),
  'é'.repeat(128),
])('the name %j is refused wherever a name is', (name) => {
  expect(accepted(announce({ name }))).toBe(false);
  expect(accepted(trackerMethods.withdraw.params.safeParse({ names: [name] }))).toBe(false);
  expect(accepted(trackerMethods.locate.params.safeParse({ name }))).toBe(false);
  const row = { ...resource, name, owner: 'Bob', address: '10.0.0.1', port: 5000, state: 'alive' };
  expect(accepted(trackerMethods.find.result.safeParse({ rows: [{ ...row, name: 'a' }] }))).toBe(true);
  expect(accepted(trackerMethods.find.result.safeParse({ rows: [row] }))).toBe(false);
  expect(accepted(notices.changes.safeParse({ changes: [{ change: 'announced', ...row }], missed: 0 }))).toBe(false);
});

test.each(['', ' Bob', 'Bob ', 'Bob\u001b', 'a/b', '../x', 'Bob\u202E', 'x'.repeat(65), '\u200B'])(
  'the user %j is refused wherever a user is',
  (user) => {
    expect(accepted(trackerMethods.unregister.params.safeParse({ user }))).toBe(false);
    expect(accepted(trackerMethods.find.params.safeParse({ owner: user }))).toBe(false);
    expect(accepted(announce({ to: [user] }))).toBe(false);
    const instance = '5a'.repeat(16);
    expect(accepted(trackerMethods.register.params.safeParse({ user, instance, agent: 'a' }))).toBe(false);
  },
);

test('names come out in Unicode normal form C', () => {
  expect(announce({ name: 'e\u0301.txt' }).data?.resources[0]?.name).toBe('\u00e9.txt');
});

test('"__proto__" is a name like any other, and a key like none', () => {
  const params = trackerMethods.announce.params.parse(
    JSON.parse(`{"resources":[${JSON.stringify({ ...resource, name: '__proto__' })}],"__proto__":{"polluted":1}}`),
  );
  expect(params.resources[0]?.name).toBe('__proto__');
  expect(Object.getPrototypeOf(params)).toBe(Object.prototype);
  expect('polluted' in params).toBe(false);
  const hollow = JSON.parse(`{"__proto__":${JSON.stringify({ user: 'Bob' })}}`);
  expect(accepted(trackerMethods.unregister.params.safeParse(hollow))).toBe(false);
});

test('members that are not known are dropped', () => {
  const params = { name: 'a.txt', color: 'red' };
  expect(trackerMethods.locate.params.parse(params)).toEqual({ name: 'a.txt' });
  expect(announce({ color: 'red' }).data).toEqual({ resources: [resource] });
});

test('a name and a content id at once, or neither, locate nothing', () => {
  const { id } = resource;
  expect(accepted(trackerMethods.locate.params.safeParse({ name: 'a.txt' }))).toBe(true);
  expect(accepted(trackerMethods.locate.params.safeParse({ id }))).toBe(true);
  expect(accepted(trackerMethods.locate.params.safeParse({ name: 'a.txt', id }))).toBe(false);
  expect(accepted(trackerMethods.locate.params.safeParse({ owner: 'Bob' }))).toBe(false);
});

const list = <T>(length: number, value: T): T[] => new Array<T>(length).fill(value);
const registered = {
  session: 1,
  epoch: 1,
  resumed: false,
  heartbeatKey: Buffer.alloc(32).toString('base64'),
  heartbeatMs: 2000,
  evictAfterMs: 12_000,
  time: 0,
  address: '10.0.0.1',
  reach: { reachable: true },
};
const { register, withdraw, find, report, partial, watch, locate } = trackerMethods;
const { id: content } = resource;
const partialOwner = { address: '10.0.0.1', port: 5000, fingerprint: content, ticket: '' };
const owner = { ...partialOwner, user: 'Bob', state: 'alive', name: 'a', modified: 0 };
const choice = { id: content, size: 1, kind: 'file', description: '', owners: [owner] };
const key = (bytes: number) => ({ heartbeatKey: Buffer.alloc(bytes).toString('base64') });
const client = { user: 'Bob', instance: '5a'.repeat(16), agent: '' };

test.each<[string, z.ZodType, (edge: number) => object, within: number, beyond: number]>([
  [
    'resources of a batch',
    trackerMethods.announce.params,
    (count) => ({ resources: list(count, resource) }),
    maxBatch,
    101,
  ],
  ['resources of a batch', trackerMethods.announce.params, (count) => ({ resources: list(count, resource) }), 1, 0],
  ['names of a batch', withdraw.params, (count) => ({ names: list(count, 'a') }), maxBatch, 101],
  [
    'bytes of a description',
    trackerMethods.announce.params,
    (bytes) => ({ resources: [{ ...resource, description: 'é'.repeat(bytes / 2) }] }),
    maxDescriptionBytes,
    1002,
  ],
  [
    'names of an audience',
    trackerMethods.announce.params,
    (count) => ({ resources: [{ ...resource, to: list(count, 'Bob') }] }),
    maxAudience,
    101,
  ],
  [
    'bytes of a size',
    trackerMethods.announce.params,
    (size) => ({ resources: [{ ...resource, size }] }),
    Number.MAX_SAFE_INTEGER,
    2 ** 53,
  ],
  ['bytes of a size', trackerMethods.announce.params, (size) => ({ resources: [{ ...resource, size }] }), 0, -1],
  ['bytes of a size', trackerMethods.announce.params, (size) => ({ resources: [{ ...resource, size }] }), 1, 1.5],
  ['rows of a page', find.params, (limit) => ({ limit }), maxPage, 201],
  ['rows of a page', find.params, (limit) => ({ limit }), 1, 0],
  ['characters of a cursor', find.params, (length) => ({ cursor: 'x'.repeat(length) }), 2048, 2049],
  ['characters of a pattern', find.params, (length) => ({ pattern: 'x'.repeat(length) }), 1024, 1025],
  ['contents that are passed on', partial.params, (count) => ({ ids: list(count, content) }), maxPartialIds, 1001],
  ['contents that are watched', watch.params, (count) => ({ ids: list(count, content) }), maxWatched, 101],
  ['seconds of a link', locate.params, (linkSeconds) => ({ id: content, linkSeconds }), minLinkSeconds, 59],
  ['seconds of a link', locate.params, (linkSeconds) => ({ id: content, linkSeconds }), maxLinkSeconds, 86_401],
  ['downloads by a link', locate.params, (linkUses) => ({ id: content, linkUses }), 1, 0],
  ['downloads by a link', locate.params, (linkUses) => ({ id: content, linkUses }), maxLinkUses, 1001],
  [
    'partial owners of a choice',
    locate.result,
    (count) => ({ choices: [{ ...choice, partial: list(count, partialOwner) }] }),
    maxPartialOwners,
    51,
  ],
  ['a port', report.params, (port) => ({ address: '10.0.0.1', port }), 1024, 1023],
  ['a port', report.params, (port) => ({ address: '10.0.0.1', port }), 65_535, 65_536],
  ['characters of an address', report.params, (length) => ({ address: 'x'.repeat(length), port: 5000 }), 64, 65],
  ['characters of an agent', register.params, (length) => ({ ...client, agent: 'x'.repeat(length) }), 100, 101],
  ['digits of an instance', register.params, (length) => ({ ...client, instance: 'a'.repeat(length) }), 32, 33],
  ['characters of a user', register.params, (length) => ({ ...client, user: '𝒳'.repeat(length) }), 64, 65],
  ['a session id', register.result, (session) => ({ ...registered, session }), Number.MAX_SAFE_INTEGER, 2 ** 53],
  ['bytes of a key', register.result, (bytes) => ({ ...registered, ...key(bytes) }), 32, 31],
  ['bytes of a key', register.result, (bytes) => ({ ...registered, ...key(bytes) }), 32, 33],
  ['the interval of heartbeats', register.result, (heartbeatMs) => ({ ...registered, heartbeatMs }), 10, 9],
  [
    'the interval of heartbeats',
    register.result,
    (heartbeatMs) => ({ ...registered, heartbeatMs }),
    86_400_000,
    86_400_001,
  ],
  ['the silence that is borne', register.result, (evictAfterMs) => ({ ...registered, evictAfterMs }), 10, 9],
  [
    'the silence that is borne',
    register.result,
    (evictAfterMs) => ({ ...registered, evictAfterMs }),
    86_400_000,
    86_400_001,
  ],
])('%s: one at the limit is taken, one past it is not', (_, schema, value, within, beyond) => {
  expect(accepted(schema.safeParse(value(within)))).toBe(true);
  expect(accepted(schema.safeParse(value(beyond)))).toBe(false);
});

test("a notice's reason is cut at a thousand characters, so that nobody fills a person's screen", () => {
  const reason = 'x'.repeat(200_000);
  expect(notices.ended.parse({ reason })).toEqual({ reason: 'x'.repeat(1000) });
  expect(notices.reach.parse({ reachable: false, reason })).toMatchObject({ reason: 'x'.repeat(1000) });
});

test('as many contents as one session may pass on fit into a line', () => {
  const params = { ids: list(maxPartialIds, content) };
  const line = encodeMessage({ type: 'request', id: Number.MAX_SAFE_INTEGER, method: 'partial', params });
  expect(Buffer.byteLength(line)).toBeLessThan(maxLineBytes);
});
