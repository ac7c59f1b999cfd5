import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import {
  decodeRpcCall,
  decodeRpcReply,
  encodeRpcCall,
  encodeRpcReply,
  type RpcReply,
} from '../../../../src/net/wire/oncRpc/message.ts';
import { anyCall, anyReply } from './arbitraries.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const hex = (message: Uint8Array): string => Buffer.from(message).toString('hex');

const call = { xid: 0x0102_0304, program: 100_000, version: 2, procedure: 3, args: bytes('0000002a') };
const header = '01020304 00000000 00000002 000186a0 00000002 00000003';
const noAuth = '00000000 00000000';

const replies: [RpcReply, string][] = [
  [{ xid: 9, status: 'success', result: bytes('00000001') }, '00000009 00000001 00000000 NO 00000000 00000001'],
  [{ xid: 9, status: 'program-unavailable' }, '00000009 00000001 00000000 NO 00000001'],
  [{ xid: 9, status: 'program-mismatch', low: 1, high: 3 }, '00000009 00000001 00000000 NO 00000002 00000001 00000003'],
  [{ xid: 9, status: 'procedure-unavailable' }, '00000009 00000001 00000000 NO 00000003'],
  [{ xid: 9, status: 'garbage-arguments' }, '00000009 00000001 00000000 NO 00000004'],
  [{ xid: 9, status: 'system-error' }, '00000009 00000001 00000000 NO 00000005'],
  [{ xid: 9, status: 'rpc-mismatch', low: 2, high: 2 }, '00000009 00000001 00000001 00000000 00000002 00000002'],
  [{ xid: 9, status: 'auth-error', why: 5 }, '00000009 00000001 00000001 00000001 00000005'],
];

describe.each(replies)('$status', (reply, text) => {
  const golden = bytes(text.replace('NO', noAuth));

  it('is written and read as RFC 5531 says', () => {
    expect(hex(encodeRpcReply(reply))).toBe(hex(golden));
    expect(decodeRpcReply(golden)).toEqual(reply);
  });

  it('is refused where it is cut', () => {
    const whole = reply.status === 'success' ? golden.length - 4 : golden.length;
    for (let length = 0; length < whole; length++) {
      expect(() => decodeRpcReply(golden.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'bad-message' }),
      );
    }
  });
});

describe('a call', () => {
  const auth = (flavour: string, body: number): string =>
    `${flavour} ${body.toString(16).padStart(8, '0')} ${'00'.repeat(body)}`;

  it('is written and read as RFC 5531 says', () => {
    const golden = bytes(`${header} ${noAuth} ${noAuth} 0000002a`);
    expect(hex(encodeRpcCall(call))).toBe(hex(golden));
    expect(decodeRpcCall(golden)).toEqual({ call });
  });

  it('is taken with AUTH_SYS, a body of up to 400 bytes, and any verifier', () => {
    const sys = bytes(`${header} ${auth('00000001', 400)} ${auth('00000006', 400)} 0000002a`);
    expect(decodeRpcCall(sys)).toEqual({ call });
  });

  it.each([
    ['a credential of 404 bytes', `${auth('00000001', 404)} ${noAuth}`, 1],
    ['a credential that is cut', '00000001 00000010', 1],
    ['a credential of another flavour', `${auth('00000006', 4)} ${noAuth}`, 2],
    ['a verifier of 404 bytes', `${noAuth} ${auth('00000000', 404)}`, 3],
    ['no verifier', noAuth, 3],
  ])('with %s is denied', (_, credentials, why) => {
    const denied = { xid: call.xid, status: 'auth-error', why };
    expect(decodeRpcCall(bytes(`${header} ${credentials}`))).toEqual({ denied });
  });

  it('of another version of RPC is denied, whatever follows', () => {
    const denied = { xid: 7, status: 'rpc-mismatch', low: 2, high: 2 };
    expect(decodeRpcCall(bytes('00000007 00000000 00000003'))).toEqual({ denied });
  });

  it.each([
    ['nothing', ''],
    ['an xid', '00000007'],
    ['a reply', '00000007 00000001 00000000'],
    ['a call without a procedure', '00000007 00000000 00000002 000186a0 00000002'],
  ])('is not seen in %s', (_, text) => {
    expect(() => decodeRpcCall(bytes(text))).toThrow(expect.objectContaining({ code: 'bad-message' }));
  });
});

it.each([
  ['a call', header],
  ['a status of 2', '00000009 00000001 00000002'],
  ['an outcome of 6', `00000009 00000001 00000000 ${noAuth} 00000006`],
  ['a denial of 2', '00000009 00000001 00000001 00000002'],
])('%s is no reply', (_, text) => {
  expect(() => decodeRpcReply(bytes(text))).toThrow(expect.objectContaining({ code: 'bad-message' }));
});

it('calls and replies come back as they were', () => {
  fc.assert(
    fc.property(anyCall, anyReply, (call, reply) => {
      expect(decodeRpcCall(encodeRpcCall(call))).toEqual({ call });
      expect(decodeRpcReply(encodeRpcReply(reply))).toEqual(reply);
    }),
  );
});

it('garbage is read as something, or refused with our error', () => {
  const start = fc.constantFrom(header, '00000009 00000001 00000000', '00000009 00000001 00000001', '');
  const garbage = fc.tuple(start, fc.uint8Array({ maxLength: 60 })).map(([text, rest]) => [...bytes(text), ...rest]);
  fc.assert(
    fc.property(garbage, (bytes) => {
      for (const decode of [decodeRpcCall, decodeRpcReply]) {
        try {
          expect(decode(Uint8Array.from(bytes))).toBeTypeOf('object');
        } catch (error) {
          expect(error).toBeInstanceOf(RollcallError);
          expect(error).toMatchObject({ code: 'bad-message' });
        }
      }
    }),
  );
});
