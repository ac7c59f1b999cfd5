import fc from 'fast-check';
import type { RpcCall, RpcReply } from '../../../../src/net/wire/oncRpc/message.ts';
import type { OplogCall } from '../../../../src/net/wire/oncRpc/oplog.ts';

export const anyUnsigned: fc.Arbitrary<number> = fc.integer({ min: 0, max: 0xffff_ffff });

/** Arguments and results are multiples of four bytes. */
const anyXdr = fc.array(fc.uint8Array({ minLength: 4, maxLength: 4 }), { maxLength: 20 }).map((units) => {
  const bytes = new Uint8Array(units.length * 4);
  units.forEach((unit, index) => {
    bytes.set(unit, index * 4);
  });
  return bytes;
});

export const anyCall: fc.Arbitrary<RpcCall> = fc.record({
  xid: anyUnsigned,
  program: anyUnsigned,
  version: anyUnsigned,
  procedure: anyUnsigned,
  args: anyXdr,
});

export const anyReply: fc.Arbitrary<RpcReply> = fc.oneof(
  fc.record({ xid: anyUnsigned, status: fc.constant('success' as const), result: anyXdr }),
  fc.record({
    xid: anyUnsigned,
    status: fc.constantFrom('program-mismatch' as const, 'rpc-mismatch' as const),
    low: anyUnsigned,
    high: anyUnsigned,
  }),
  fc.record({ xid: anyUnsigned, status: fc.constant('auth-error' as const), why: fc.integer({ min: 0, max: 7 }) }),
  fc.record({
    xid: anyUnsigned,
    status: fc.constantFrom(
      'program-unavailable' as const,
      'procedure-unavailable' as const,
      'garbage-arguments' as const,
      'system-error' as const,
    ),
  }),
);

/** At most 64 characters are at most 256 bytes. */
const word = fc.string({ unit: 'binary', maxLength: 64 });

export const anyOplogCall: fc.Arbitrary<OplogCall> = fc.record({
  user: word,
  operation: word,
  parameter: fc.string({ unit: 'binary', maxLength: 2000 }),
  date: word,
});

/** The same bytes, in chunks cut anywhere. */
export function chunksOf(bytes: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  return fc.array(fc.nat(bytes.length), { maxLength: 12 }).map((cuts) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
    return edges.slice(1).map((to, index) => bytes.slice(edges[index], to));
  });
}

export const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
