import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRpcCall, encodeRpcReply, type RpcReply } from '../../../../src/net/wire/oncRpc/message.ts';
import {
  decodeOplogRequest,
  encodeOplogCall,
  encodeOplogNothing,
  encodeOplogResult,
  OplogReplies,
  type OplogReply,
} from '../../../../src/net/wire/oncRpc/oplog.ts';
import { encodeRecord, RecordReader } from '../../../../src/net/wire/oncRpc/records.ts';
import { anyOplogCall, anyUnsigned, chunksOf, joined } from './arbitraries.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const empty = new Uint8Array(0);
const call = { user: 'Bob', operation: 'PUBLISH', parameter: 'a.txt', date: '01/05/2026 14:03:00' };
const golden = bytes(`80000060
  00000007 00000000 00000002 31234567 00000001 00000001 00000000 00000000 00000000 00000000
  00000003 426f6200
  00000007 5055424c49534800
  00000005 612e747874000000
  00000013 30312f30352f323032362031343a30333a303000
`);
/** Without its record mark. */
const message = golden.subarray(4);

describe('a call of the log', () => {
  it('is made of these bytes', () => {
    expect(Buffer.from(encodeOplogCall(7, call)).toString('hex')).toBe(Buffer.from(golden).toString('hex'));
  });

  it('is read from these bytes', () => {
    expect(decodeOplogRequest(message)).toEqual({ asks: 'append', xid: 7, call });
  });

  it('has words of 256 bytes, and not of 257', () => {
    const longest = 'é'.repeat(128);
    expect(decodeOplogRequest(encodeOplogCall(1, { ...call, user: longest }).subarray(4))).toMatchObject({
      call: { user: longest },
    });
    for (const word of ['user', 'operation', 'date']) {
      expect(() => encodeOplogCall(1, { ...call, [word]: `${longest}e` })).toThrow(
        expect.objectContaining({ code: 'limit' }),
      );
    }
  });

  it('has a parameter as long as a record allows', () => {
    const parameter = 'p'.repeat(65_000);
    const encoded = encodeOplogCall(1, { ...call, parameter });
    expect(decodeOplogRequest(encoded.subarray(4))).toMatchObject({ call: { parameter } });
    expect(() => encodeOplogCall(1, { ...call, parameter: 'p'.repeat(65_500) })).toThrow(
      expect.objectContaining({ code: 'limit' }),
    );
  });
});

describe('a request', () => {
  const to = { xid: 3, program: 0x3123_4567, version: 1, procedure: 1, args: empty };
  const refused = (reply: object): object => ({ asks: 'refused', reply: { xid: 3, ...reply } });

  it.each([
    ['procedure 0', { procedure: 0 }, { asks: 'nothing', xid: 3 }],
    ['another program', { program: 100_000 }, refused({ status: 'program-unavailable' })],
    ['a later version', { version: 2 }, refused({ status: 'program-mismatch', low: 1, high: 1 })],
    ['another procedure', { procedure: 2 }, refused({ status: 'procedure-unavailable' })],
    ['no arguments', {}, refused({ status: 'garbage-arguments' })],
    ['one string alone', { args: bytes('00000001 61000000') }, refused({ status: 'garbage-arguments' })],
    ['a fifth string', { args: bytes('00000000'.repeat(5)) }, refused({ status: 'garbage-arguments' })],
    ['a user of 257 bytes', { args: bytes(`00000101 ${'61'.repeat(260)}`) }, refused({ status: 'garbage-arguments' })],
  ])('for %s is known as that', (_, change, request) => {
    expect(decodeOplogRequest(encodeRpcCall({ ...to, ...change }))).toEqual(request);
  });

  it('with a credential that is too long is denied', () => {
    const denied = Uint8Array.from(message);
    denied[27] = 1;
    denied.set([0, 0, 2, 0], 28);
    expect(decodeOplogRequest(denied)).toEqual({
      asks: 'refused',
      reply: { xid: 7, status: 'auth-error', why: 1 },
    });
  });
});

describe('replies', () => {
  const told = (...messages: Uint8Array[]): OplogReply[] =>
    new OplogReplies().push(Buffer.concat(messages.map(encodeRecord)));

  it('say the result', () => {
    expect(told(encodeOplogResult(7, 0), encodeOplogResult(8, 1))).toEqual([
      { xid: 7, result: 0 },
      { xid: 8, result: 1 },
    ]);
  });

  it.each<[RpcReply, string]>([
    [{ xid: 9, status: 'program-unavailable' }, 'program-unavailable'],
    [{ xid: 9, status: 'garbage-arguments' }, 'garbage-arguments'],
    [{ xid: 9, status: 'program-mismatch', low: 2, high: 3 }, 'program-mismatch, it speaks versions 2 to 3'],
    [{ xid: 9, status: 'auth-error', why: 5 }, 'auth-error 5'],
  ])('say why there is no result: $status', (reply, why) => {
    expect(told(encodeRpcReply(reply))).toEqual([{ xid: 9, failure: `the log server answers: ${why}` }]);
  });

  it.each([
    ['without a result', encodeOplogNothing(9)],
    ['with more than a result', encodeRpcReply({ xid: 9, status: 'success', result: new Uint8Array(8) })],
    ['that is a call', message],
  ])('%s are refused', (_, reply) => {
    expect(() => told(reply)).toThrow(expect.objectContaining({ code: 'bad-message' }));
  });

  it('come back as they were, however the stream is cut', () => {
    const results = fc.array(fc.record({ xid: anyUnsigned, result: fc.integer({ min: -2, max: 2 }) }), {
      maxLength: 8,
    });
    const cut = results.chain((replies) => {
      const stream = joined(replies.map(({ xid, result }) => encodeRecord(encodeOplogResult(xid, result))));
      return fc.tuple(fc.constant(replies), chunksOf(stream));
    });
    fc.assert(
      fc.property(cut, ([replies, chunks]) => {
        const reader = new OplogReplies();
        expect(chunks.flatMap((chunk) => reader.push(chunk))).toEqual(replies);
      }),
    );
  });
});

it('any call comes back as it was, through a record', () => {
  fc.assert(
    fc.property(anyUnsigned, anyOplogCall, (xid, call) => {
      const messages = new RecordReader().push(encodeOplogCall(xid, call));
      expect(messages.map(decodeOplogRequest)).toEqual([{ asks: 'append', xid, call }]);
    }),
  );
});
