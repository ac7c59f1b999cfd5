import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sessionId } from '../../../src/base/ids.ts';
import { nodeTransport } from '../../../src/net/transport/node.ts';
import {
  decodeHeartbeat,
  encodeHeartbeat,
  isAuthentic,
  type Mac,
  wantsAnswer,
} from '../../../src/net/wire/heartbeat.ts';
import { createDetector } from '../../../src/server/liveness/createDetector.ts';
import { defaultLiveness } from '../../../src/server/liveness/detector.ts';
import { createHeartbeats, type Heartbeats } from '../../../src/server/liveness/heartbeats.ts';

test('over a real socket a beat that asks gets its ack, after the forged one that gets none', async () => {
  const session = sessionId(7);
  const key = randomBytes(32);
  const mac: Mac = (message) => createHmac('sha256', key).update(message).digest();
  const detector = createDetector(defaultLiveness);
  const transport = nodeTransport();
  const loopback = { host: '127.0.0.1', port: 0 };

  let heartbeats: Heartbeats | undefined;
  await using tracker = await transport.bind(loopback, (datagram, from) => heartbeats?.receive(datagram, from));
  heartbeats = createHeartbeats({
    detector,
    now: () => performance.now(),
    send: (datagram, to) => tracker.send(datagram, to),
    onEffects() {},
  });
  heartbeats.add(session, key);
  detector.join(session, 1, performance.now());

  let receive: (datagram: Uint8Array) => void = () => {};
  const answered = new Promise<Uint8Array>((resolve) => {
    receive = resolve;
  });
  await using client = await transport.bind(loopback, (datagram) => receive(datagram));
  const forged: Mac = () => new Uint8Array(32);
  client.send(encodeHeartbeat({ kind: 'beat', session, sequence: 1, flags: wantsAnswer }, forged), tracker.at);
  client.send(encodeHeartbeat({ kind: 'beat', session, sequence: 2, flags: wantsAnswer }, mac), tracker.at);

  const answer = await answered;
  expect(decodeHeartbeat(answer)).toEqual({ kind: 'ack', session, sequence: 1, flags: 0 });
  expect(isAuthentic(answer, mac)).toBe(true);
  expect(heartbeats.counters).toEqual({ accepted: 1, badMac: 1, replayed: 0, malformed: 0, unknown: 0 });
});
