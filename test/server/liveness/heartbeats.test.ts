import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type SessionId, sessionId } from '../../../src/base/ids.ts';
import type { Endpoint } from '../../../src/net/transport/transport.ts';
import {
  decodeHeartbeat,
  encodeHeartbeat,
  type Heartbeat,
  heartbeatBytes,
  isAuthentic,
  type Mac,
  wantsAnswer,
} from '../../../src/net/wire/heartbeat.ts';
import type { Effect } from '../../../src/server/liveness/detector.ts';
import { createHeartbeats, type Heartbeats } from '../../../src/server/liveness/heartbeats.ts';

const session = sessionId(77 * 2 ** 32 + 5);
const key = Buffer.alloc(32, 3);
const macUnder =
  (bytes: Uint8Array): Mac =>
  (message) =>
    createHmac('sha256', bytes).update(message).digest();
const mac = macUnder(key);
const home: Endpoint = { host: '10.0.0.7', port: 40_001 };
const elsewhere: Endpoint = { host: '10.0.0.9', port: 666 };

const beat = (sequence: number, change: Partial<Heartbeat> = {}, under = mac): Uint8Array =>
  encodeHeartbeat({ kind: 'beat', session, sequence, flags: 0, ...change }, under);

let heard: { session: SessionId; now: number }[];
let effects: (readonly Effect[])[];
let sent: { datagram: Uint8Array; to: Endpoint }[];
let verdict: readonly Effect[];
let heartbeats: Heartbeats;

beforeEach(() => {
  heard = [];
  effects = [];
  sent = [];
  verdict = [];
  heartbeats = createHeartbeats({
    detector: {
      heardDatagram(from, now) {
        heard.push({ session: from, now });
        return verdict;
      },
    },
    now: () => 1234,
    send: (datagram, to) => sent.push({ datagram, to }),
    onEffects(told) {
      effects.push(told);
      for (const effect of told) if (effect.effect === 'resync') heartbeats.resync(effect.session);
    },
  });
  heartbeats.add(session, key);
});

const answers = (): (Heartbeat | undefined)[] => sent.map(({ datagram }) => decodeHeartbeat(datagram));
const silent = { accepted: 0, badMac: 0, replayed: 0, malformed: 0, unknown: 0 };

test('an authentic beat is heard, and not answered unless it asks', () => {
  heartbeats.receive(beat(1), home);
  expect(heard).toEqual([{ session, now: 1234 }]);
  expect(sent).toEqual([]);
  expect(effects).toEqual([]);
  expect(heartbeats.counters).toEqual({ ...silent, accepted: 1 });
});

test('who asked for a beat hears of the next authentic one, once', () => {
  const told: string[] = [];
  heartbeats.receive(beat(1), home);
  heartbeats.probe(session, (what) => told.push(what));
  expect(answers()).toMatchObject([{ kind: 'probe' }]);
  heartbeats.receive(beat(2, {}, macUnder(Buffer.alloc(32, 4))), home);
  heartbeats.receive(beat(1), home);
  expect(told).toEqual([]);
  heartbeats.receive(beat(2), home);
  heartbeats.receive(beat(3), home);
  expect(told).toEqual(['beat']);
});

test('who asks for a beat where none has come yet is told so, and nothing is sent', () => {
  const told: string[] = [];
  heartbeats.probe(session, (what) => told.push(what));
  heartbeats.receive(beat(1), home);
  expect([told, sent]).toEqual([['no address'], []]);
});

test('a beat that asks is acknowledged to where it came from, in no more bytes than it has', () => {
  heartbeats.receive(beat(1, { flags: wantsAnswer }), home);
  expect(answers()).toEqual([{ kind: 'ack', session, sequence: 1, flags: 0 }]);
  expect(sent[0]?.to).toEqual(home);
  expect(sent[0]?.datagram).toHaveLength(heartbeatBytes);
  expect(isAuthentic(sent[0]?.datagram ?? key, mac)).toBe(true);
});

test('where the detector says resync, the answer is that alone', () => {
  verdict = [{ effect: 'resync', session }];
  heartbeats.receive(beat(1, { flags: wantsAnswer }), home);
  expect(answers().map((answer) => answer?.kind)).toEqual(['resync']);
});

test('what the detector makes of a beat is handed on', () => {
  verdict = [{ effect: 'revive', session, why: 'a heartbeat came' }];
  heartbeats.receive(beat(1, { flags: wantsAnswer }), home);
  expect(effects).toEqual([verdict]);
  expect(answers().map((answer) => answer?.kind)).toEqual(['ack']);
});

test('our own sequences grow by one with each datagram of a session', () => {
  heartbeats.receive(beat(1, { flags: wantsAnswer }), home);
  heartbeats.probe(session);
  heartbeats.resync(session);
  expect(answers().map((answer) => [answer?.kind, answer?.sequence])).toEqual([
    ['ack', 1],
    ['probe', 2],
    ['resync', 3],
  ]);
});

describe.each<[string, Uint8Array, Partial<typeof silent>]>([
  ['a forged beat', beat(2, { flags: wantsAnswer }, macUnder(Buffer.alloc(32))), { badMac: 1 }],
  ['a replayed beat', beat(1, { flags: wantsAnswer }), { replayed: 1 }],
  ['a beat of nobody', beat(2, { session: sessionId(1), flags: wantsAnswer }), { unknown: 1 }],
  ['a beat that is cut short', beat(2, { flags: wantsAnswer }).subarray(1), { malformed: 1 }],
  ['nothing at all', new Uint8Array(0), { malformed: 1 }],
  ['our own probe, reflected', beat(2, { kind: 'probe', flags: wantsAnswer }), { malformed: 1 }],
  ['our own ack, reflected', beat(2, { kind: 'ack', flags: wantsAnswer }), { malformed: 1 }],
])('%s', (_, datagram, counted) => {
  test('is counted, not heard, not answered, and moves no address', () => {
    heartbeats.receive(beat(1), home);
    heard = [];
    heartbeats.receive(datagram, elsewhere);
    expect(heartbeats.counters).toEqual({ ...silent, accepted: 1, ...counted });
    expect(heard).toEqual([]);
    expect(sent).toEqual([]);
    heartbeats.probe(session);
    expect(sent.map(({ to }) => to)).toEqual([home]);
  });
});

test.each([
  { ...home, host: elsewhere.host },
  { ...home, port: elsewhere.port },
])('an authentic beat from $host port $port moves the session there', (there) => {
  heartbeats.receive(beat(1), home);
  heartbeats.receive(beat(2), there);
  heartbeats.probe(session);
  expect(sent.map(({ to }) => to)).toEqual([there]);
});

test('a beat that was overtaken is heard, and moves no address back', () => {
  heartbeats.receive(beat(2), elsewhere);
  heartbeats.receive(beat(1), home);
  heartbeats.probe(session);
  expect(heartbeats.counters.accepted).toBe(2);
  expect(sent.map(({ to }) => to)).toEqual([elsewhere]);
});

test('a forged sequence does not move the replay window', () => {
  heartbeats.receive(beat(2 ** 50, {}, macUnder(Buffer.alloc(32))), elsewhere);
  heartbeats.receive(beat(1), home);
  expect(heartbeats.counters).toEqual({ ...silent, badMac: 1, accepted: 1 });
});

test('a session that has not beaten yet has no address to probe', () => {
  heartbeats.probe(session);
  expect(sent).toEqual([]);
});

test('a new key silences the old one, and starts its own sequences', () => {
  heartbeats.receive(beat(9), home);
  const next = Buffer.alloc(32, 4);
  heartbeats.add(session, next);
  heartbeats.receive(beat(10), home);
  heartbeats.receive(beat(1, { flags: wantsAnswer }, macUnder(next)), home);
  expect(heartbeats.counters).toEqual({ ...silent, accepted: 2, badMac: 1 });
  expect(answers()).toEqual([{ kind: 'ack', session, sequence: 1, flags: 0 }]);
  expect(isAuthentic(sent[0]?.datagram ?? key, macUnder(next))).toBe(true);
});

test('a session that was removed is nobody', () => {
  heartbeats.receive(beat(1), home);
  heartbeats.remove(session);
  heartbeats.receive(beat(2), home);
  heartbeats.probe(session);
  expect(heartbeats.counters).toEqual({ ...silent, accepted: 1, unknown: 1 });
  expect(sent).toEqual([]);
});

test('no bytes whatever are answered or heard without the key', () => {
  const header = beat(1).subarray(0, 12);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.uint8Array({ minLength: 28, maxLength: 28 }).map((rest) => Buffer.concat([header, rest])),
  );
  fc.assert(fc.property(bytes, (datagram) => heartbeats.receive(datagram, elsewhere)));
  expect(heard).toEqual([]);
  expect(sent).toEqual([]);
  expect(heartbeats.counters.malformed + heartbeats.counters.badMac + heartbeats.counters.unknown).toBe(100);
});
