import { expect, test } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { type SessionId, sessionId } from '../../../src/base/ids.ts';
import { join } from '../../../src/client/session/join.ts';
import type { Transport } from '../../../src/net/transport/transport.ts';
import { encodeHeartbeat, wantsAnswer } from '../../../src/net/wire/heartbeat.ts';
import { settle } from '../../support/fakeClock.ts';
import { trackerAddress, world } from './world.ts';

test('a member beats at once and then at its interval', async () => {
  const { options, tracker, clock } = await world();
  tracker.heartbeatMs = 500;
  await using member = await join(options);
  await clock.wind(2000);
  expect(tracker.beats.map(({ at, sequence, kind }) => [at, sequence, kind])).toEqual([
    [0, 1, 'beat'],
    [500, 2, 'beat'],
    [1000, 3, 'beat'],
    [1500, 4, 'beat'],
    [2000, 5, 'beat'],
  ]);
  expect(member.registered.heartbeatMs).toBe(500);
});

test('the interval is spread by a tenth to either side', async () => {
  for (const [drawn, secondBeat] of [
    [0, 1800],
    [0.5, 2000],
    [0.75, 2100],
  ] as const) {
    const { options, tracker, clock, chance } = await world();
    chance.next = drawn;
    await using member = await join(options);
    await clock.wind(2200);
    expect(tracker.beats[1]?.at).toBe(secondBeat);
    expect(member.udp).not.toBe('blocked');
  }
});

test('every third beat asks for an answer, the first among them', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await clock.wind(12_000);
  expect(tracker.beats.map(({ flags }) => flags)).toEqual([wantsAnswer, 0, 0, wantsAnswer, 0, 0, wantsAnswer]);
  expect(member.udp).toBe('ok');
});

test('whether UDP works is unknown until an answer, or none for as long as the tracker bears silence', async () => {
  const { options, tracker, clock } = await world();
  tracker.acknowledges = false;
  await using member = await join(options);
  await clock.wind(11_999);
  expect(member.udp).toBe('unknown');
  await clock.wind(1);
  expect(member.udp).toBe('blocked');
  tracker.acknowledges = true;
  await clock.wind(6000);
  expect(member.udp).toBe('ok');
});

test('UDP counts as working until no question was answered for as long as the tracker bears silence', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await clock.wind(1000);
  tracker.acknowledges = false;
  // Unanswered are the questions at 6, 12 and 18 seconds.
  await clock.wind(16_999);
  expect(member.udp).toBe('ok');
  await clock.wind(1);
  expect(member.udp).toBe('blocked');
});

test('a probe by datagram is answered by a beat at once', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await clock.wind(700);
  tracker.send({ kind: 'probe' });
  await settle();
  expect(tracker.beats.map(({ at }) => at)).toEqual([0, 700]);
  await clock.wind(1300);
  expect(tracker.beats.map(({ at }) => at)).toEqual([0, 700, 2000]);
  expect(member.udp).toBe('ok');
});

test('a new registration starts new sequences under the new key', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await clock.wind(10_000);
  tracker.drop();
  await clock.wind(1000);
  expect(member.registered.epoch).toBe(2);
  expect(tracker.beats.map(({ sequence, flags }) => [sequence, flags])).toEqual([[1, wantsAnswer]]);
  tracker.send({ kind: 'probe' });
  await settle();
  expect(tracker.beats.map(({ at }) => at)).toEqual([11_000, 11_000]);
  await clock.wind(4000);
  expect(tracker.beats.map(({ at }) => at)).toEqual([11_000, 11_000, 13_000, 15_000]);
});

interface Wrong {
  key?: Uint8Array;
  session?: SessionId;
  kind?: 'beat';
}

test.each<[string, Wrong]>([
  ['forged with another key', { key: new Uint8Array(32).fill(9) }],
  ['of another session', { session: sessionId(78) }],
  ['that we sent ourselves, reflected', { kind: 'beat' }],
])('a datagram %s is met with silence', async (_, { key, ...change }) => {
  const { options, tracker } = await world();
  tracker.acknowledges = false;
  await using member = await join(options);
  tracker.send({ kind: 'probe', ...change }, key);
  await settle();
  expect(tracker.beats.length).toBe(1);
  expect(member.udp).toBe('unknown');
});

test('a replayed or older datagram is met with silence', async () => {
  const { options, tracker } = await world();
  await using member = await join(options);
  tracker.send({ kind: 'probe', sequence: 50 });
  await settle();
  expect(tracker.beats.length).toBe(2);
  tracker.send({ kind: 'probe', sequence: 50 });
  tracker.send({ kind: 'resync', sequence: 49 });
  await settle();
  expect(tracker.beats.length).toBe(2);
  expect(member.registered.epoch).toBe(1);
});

test('what is no heartbeat at all is met with silence', async () => {
  const { options, tracker } = await world();
  await using member = await join(options);
  const heartbeat = { kind: 'probe', session: tracker.session, sequence: 60, flags: 0 } as const;
  const whole = encodeHeartbeat(heartbeat, () => new Uint8Array(32));
  for (const datagram of [new Uint8Array(0), whole.subarray(1), new Uint8Array(1500), whole])
    tracker.sendBytes(datagram);
  await settle();
  expect(tracker.beats.length).toBe(1);
  expect(member.registered.epoch).toBe(1);
});

test('a machine without a UDP port joins all the same, and says what that gives up', async () => {
  const { options, tracker, clock } = await world();
  const told: string[] = [];
  const transport: Transport = {
    ...options.transport,
    bind: () => Promise.reject(new RollcallError('usage', 'no UDP here')),
  };
  const log = { ...options.log, warn: (_: object, message: string) => void told.push(message) };
  await using member = await join({ ...options, transport, log });
  expect(member.udp).toBe('blocked');
  expect(told).toEqual(['no UDP port for heartbeats: the session lives on its TCP connection alone']);
  tracker.ask('probe');
  await clock.wind(10_000);
  expect(tracker.answers.length).toBe(1);
  expect(tracker.beats).toEqual([]);
});

test('beats go to the address that the name of the tracker resolved to, from one port', async () => {
  const { options, tracker, clock } = await world();
  const sent: string[] = [];
  const bound: string[] = [];
  const transport: Transport = {
    ...options.transport,
    async bind(on, receive) {
      const socket = await options.transport.bind(on, receive);
      bound.push(`${on.host} ${on.port}`);
      return {
        at: socket.at,
        send(datagram, to) {
          sent.push(`${to.host} ${to.port}`);
          socket.send(datagram, to);
        },
        [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose](),
      };
    },
    dial: (_, dial) => options.transport.dial({ host: trackerAddress, port: 7450 }, dial),
  };
  await using member = await join({ ...options, transport, server: { host: 'tracker.lan', port: 7450 } });
  tracker.drop();
  await clock.wind(2000);
  expect(bound).toEqual(['0.0.0.0 0']);
  expect(new Set(sent)).toEqual(new Set([`${trackerAddress} 7450`]));
  expect(member.registered.epoch).toBe(2);
});
