import { describe, expect, it } from 'vitest';
import { encodeRpcReply } from '../../../../src/net/wire/oncRpc/message.ts';
import {
  decodeRegistryReply,
  encodePortmap,
  encodeRpcbind,
  universalAddress,
} from '../../../../src/net/wire/oncRpc/rpcbind.ts';
import { XdrWriter } from '../../../../src/net/wire/oncRpc/xdr.ts';

const spaced = (message: Uint8Array): string[] => Buffer.from(message).toString('hex').match(/.{8}/g) ?? [];
const program = { program: 0x3123_4567, version: 1 };
const noAuth = ['00000000', '00000000', '00000000', '00000000'];

it.each([
  ['192.0.2.1', 2049, '192.0.2.1.8.1'],
  ['127.0.0.1', 65_535, '127.0.0.1.255.255'],
  ['::', 111, '::.0.111'],
])('%s and %i are the universal address', (host, port, address) => {
  expect(universalAddress(host, port)).toBe(address);
});

describe('a call of the registry', () => {
  it('sets an address with rpcbind', () => {
    const binding = { ...program, netid: 'tcp', address: '0.0.0.0.8.1' };
    expect(spaced(encodeRpcbind(5, 'set', binding))).toEqual([
      ...['00000005', '00000000', '00000002', '000186a0', '00000004', '00000001', ...noAuth],
      ...['31234567', '00000001', '00000003', '74637000'],
      ...['0000000b', '302e302e', '302e302e', '382e3100', '00000000'],
    ]);
  });

  it('unsets every address with rpcbind', () => {
    expect(spaced(encodeRpcbind(5, 'unset', { ...program, netid: '', address: '' }))).toEqual([
      ...['00000005', '00000000', '00000002', '000186a0', '00000004', '00000002', ...noAuth],
      ...['31234567', '00000001', '00000000', '00000000', '00000000'],
    ]);
  });

  it.each([
    ['set', 'udp', ['00000001', ...noAuth, '31234567', '00000001', '00000011', '00000801']],
    ['unset', 'tcp', ['00000002', ...noAuth, '31234567', '00000001', '00000006', '00000801']],
  ] as const)('%ss a port with the port mapper', (what, protocol, rest) => {
    expect(spaced(encodePortmap(5, what, { ...program, protocol, port: 2049 }))).toEqual([
      ...['00000005', '00000000', '00000002', '000186a0', '00000002', ...rest],
    ]);
  });
});

it.each([true, false])('an answer of %s is that', (done) => {
  const result = new XdrWriter().bool(done).bytes();
  expect(decodeRegistryReply(encodeRpcReply({ xid: 5, status: 'success', result }))).toEqual({ xid: 5, done });
});

it('a refusal is not done, and what is no boolean is no answer', () => {
  expect(decodeRegistryReply(encodeRpcReply({ xid: 5, status: 'auth-error', why: 5 }))).toEqual({
    xid: 5,
    done: false,
  });
  const result = new Uint8Array(0);
  expect(() => decodeRegistryReply(encodeRpcReply({ xid: 5, status: 'success', result }))).toThrow(
    expect.objectContaining({ code: 'bad-message' }),
  );
});
