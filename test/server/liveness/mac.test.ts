import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heartbeatMac } from '../../../src/server/liveness/mac.ts';

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

test('a MAC is HMAC-SHA-256, whatever the key and whatever was asked before', () => {
  const macs = new Map<string, ReturnType<typeof heartbeatMac>>();
  fc.assert(
    fc.property(bytes(32), bytes(24), (key, message) => {
      const mac = heartbeatMac(key);
      macs.set(Buffer.from(key).toString('hex'), mac);
      for (const [hex, other] of macs) {
        const expected = createHmac('sha256', Buffer.from(hex, 'hex')).update(message).digest().subarray(0, 16);
        expect(Buffer.from(other(message))).toEqual(expected);
      }
    }),
    { numRuns: 50 },
  );
});

test('a key that is changed by its owner afterwards is still the one that was handed in', () => {
  const key = new Uint8Array(32).fill(7);
  const mac = heartbeatMac(key);
  key.fill(0);
  const message = new Uint8Array(24);
  expect(Buffer.from(mac(message))).toEqual(
    createHmac('sha256', Buffer.alloc(32, 7)).update(message).digest().subarray(0, 16),
  );
});
