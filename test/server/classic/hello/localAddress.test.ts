import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { localAddress } from '../../../../src/server/classic/hello/localAddress.ts';

const four = (address: string, netmask: string, internal = false): NetworkInterfaceInfo => ({
  address,
  netmask,
  family: 'IPv4',
  mac: '',
  internal,
  cidr: null,
});
const six = (address: string): NetworkInterfaceInfo => ({
  address,
  netmask: 'ffff:ffff:ffff:ffff::',
  family: 'IPv6',
  mac: '',
  internal: false,
  cidr: null,
  scopeid: 0,
});

const machine = () => ({
  lo: [four('127.0.0.1', '255.0.0.0', true)],
  wired: [four('192.168.1.1', '255.255.255.0'), six('fd00::1')],
  wireless: [four('10.1.2.3', '255.255.0.0')],
});

describe("the tracker's own address", () => {
  it.each([
    ['192.168.1.77', '192.168.1.1'],
    ['10.1.99.99', '10.1.2.3'],
    ['172.16.0.5', '192.168.1.1'],
    ['fd00::9', 'fd00::1'],
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
  ])('is, for %s, %s', (remote, expected) => {
    expect(localAddress(remote, '0.0.0.0', machine)).toBe(expected);
    expect(localAddress(remote, '::', machine)).toBe(expected);
  });

  it('is the one that the socket is bound to, where it is bound to one', () => {
    expect(localAddress('10.1.99.99', '192.168.1.1', machine)).toBe('192.168.1.1');
  });

  it('is loopback on a machine without a network', () => {
    expect(localAddress('10.0.0.1', '0.0.0.0', () => ({ lo: [four('127.0.0.1', '255.0.0.0', true)] }))).toBe(
      '127.0.0.1',
    );
    expect(localAddress('fd00::9', '::', () => ({}))).toBe('::1');
  });
});
