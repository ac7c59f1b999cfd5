import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sessionId } from '../../../src/base/ids.ts';
import {
  decodeHeartbeat,
  encodeHeartbeat,
  type Heartbeat,
  heartbeatBytes,
  isAuthentic,
  type Mac,
  wantsAnswer,
} from '../../../src/net/wire/heartbeat.ts';
import golden from './golden/heartbeat.json' with { type: 'json' };

const macOf =
  (key: Uint8Array): Mac =>
  (message) =>
    createHmac('sha256', key).update(message).digest();

const mac = macOf(Buffer.from(golden[0]?.key ?? '', 'hex'));

const cases = golden.map(({ title, kind, session, sequence, flags, hex }) => ({
  title,
  heartbeat: { kind, session, sequence, flags },
  hex,
}));

describe.each(cases)('$title', ({ heartbeat, hex }) => {
  test('is made of these bytes', () => {
    expect(Buffer.from(encodeHeartbeat(heartbeat as Heartbeat, mac)).toString('hex')).toBe(hex);
  });

  test('is read from these bytes', () => {
    const datagram = Buffer.from(hex, 'hex');
    expect(decodeHeartbeat(datagram)).toEqual(heartbeat);
    expect(isAuthentic(datagram, mac)).toBe(true);
  });

  test('is no longer authentic with any one bit of it changed', () => {
    for (let bit = 0; bit < heartbeatBytes * 8; bit++) {
      const datagram = Buffer.from(hex, 'hex');
      datagram[bit >> 3] = (datagram[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isAuthentic(datagram, mac)).toBe(false);
    }
  });

  test('is nothing when it is cut short, or too long', () => {
    const datagram = Buffer.from(hex, 'hex');
    for (let length = 0; length < heartbeatBytes; length++) {
      expect(decodeHeartbeat(datagram.subarray(0, length))).toBeUndefined();
    }
    expect(decodeHeartbeat(Buffer.concat([datagram, Buffer.of(0)]))).toBeUndefined();
  });
});

const good = { hex: golden[0]?.hex ?? '' };

test.each([
  ['another magic', 0, 0x53],
  ['another magic', 1, 0x42],
  ['a newer version', 2, 2],
  ['an older version', 2, 0],
  ['kind 0', 3, 0],
  ['kind 5', 3, 5],
  ['kind 255', 3, 255],
  ['a session id of 2^53', 5, 0x20],
  ['a session id of 2^63', 4, 0x80],
  ['a sequence of 2^53', 13, 0x20],
])('%s is none of ours', (_, index, byte) => {
  const datagram = Buffer.from(good.hex, 'hex');
  datagram[index] = byte;
  expect(decodeHeartbeat(datagram)).toBeUndefined();
});

test('another key does not fit', () => {
  expect(isAuthentic(Buffer.from(good.hex, 'hex'), macOf(Buffer.alloc(32)))).toBe(false);
});

test('a datagram is read where it lies, inside a larger buffer', () => {
  const buffer = Buffer.concat([Buffer.alloc(7, 0xff), Buffer.from(good.hex, 'hex'), Buffer.alloc(5, 0xff)]);
  const datagram = buffer.subarray(7, 7 + heartbeatBytes);
  expect(decodeHeartbeat(datagram)).toBeDefined();
  expect(isAuthentic(datagram, mac)).toBe(true);
});

const heartbeats: fc.Arbitrary<Heartbeat> = fc.record({
  kind: fc.constantFrom('beat', 'ack', 'resync', 'probe'),
  session: fc.maxSafeNat().map(sessionId),
  sequence: fc.maxSafeNat(),
  flags: fc.oneof(fc.constantFrom(0, wantsAnswer, 0xffff_ffff), fc.nat(0xffff_ffff)),
});

test('every heartbeat comes back as it was, in 40 bytes, under every key', () => {
  fc.assert(
    fc.property(heartbeats, fc.uint8Array({ minLength: 32, maxLength: 32 }), (heartbeat, anyKey) => {
      const datagram = encodeHeartbeat(heartbeat, macOf(anyKey));
      expect(datagram).toHaveLength(heartbeatBytes);
      expect(decodeHeartbeat(datagram)).toEqual(heartbeat);
      expect(isAuthentic(datagram, macOf(anyKey))).toBe(true);
    }),
  );
});

test('what is read from any 40 bytes is what those bytes say, or nothing', () => {
  const headed = fc
    .tuple(fc.constantFrom(...golden), fc.uint8Array({ minLength: 37, maxLength: 37 }))
    .map(([{ hex }, rest]) => Buffer.concat([Buffer.from(hex, 'hex').subarray(0, 3), rest]));
  const bytes = fc.oneof(fc.uint8Array({ minLength: heartbeatBytes, maxLength: heartbeatBytes }), headed);
  fc.assert(
    fc.property(bytes, (datagram) => {
      const heartbeat = decodeHeartbeat(datagram);
      if (heartbeat === undefined) return;
      const again = encodeHeartbeat(heartbeat, mac);
      expect(Buffer.from(again).subarray(0, 24)).toEqual(Buffer.from(datagram).subarray(0, 24));
    }),
  );
});

test('bytes of any length give a heartbeat or nothing, and never an error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (datagram) => {
      const heartbeat = decodeHeartbeat(datagram);
      expect(heartbeat === undefined || datagram.length === heartbeatBytes).toBe(true);
    }),
  );
});
