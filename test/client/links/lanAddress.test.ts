import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { lanAddress } from '../../../src/client/links/lanAddress.ts';

const card = (address: string, internal = false): NetworkInterfaceInfo => {
  const rest = { address, netmask: '', mac: '', internal, cidr: null };
  return address.includes(':') ? { ...rest, family: 'IPv6', scopeid: 0 } : { ...rest, family: 'IPv4' };
};

test('the address on the LAN is the first of IPv4 that leads outward, else one of IPv6 that others can use', () => {
  const lo = [card('127.0.0.1', true), card('::1', true)];
  expect(lanAddress({ lo, eth0: [card('fd00::1'), card('192.168.1.7')], wlan0: [card('10.0.0.7')] })).toBe(
    '192.168.1.7',
  );
  expect(lanAddress({ lo, eth0: [card('fe80::1'), card('fd00::1')] })).toBe('fd00::1');
  expect(lanAddress({ lo, eth0: [card('fe80::1')], gone: undefined })).toBeUndefined();
  expect(lanAddress({})).toBeUndefined();
});
