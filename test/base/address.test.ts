import { expect, test } from 'vitest';
import { addressText, hostText } from '../../src/base/address.ts';

test('a host stands in an address as it is, but for one of IPv6, which is in brackets', () => {
  expect(['192.168.1.10', 'tracker.local', 'fd00::1'].map(hostText)).toEqual([
    '192.168.1.10',
    'tracker.local',
    '[fd00::1]',
  ]);
  expect(addressText('192.168.1.10', 7450)).toBe('192.168.1.10:7450');
  expect(addressText('fd00::1', 7450)).toBe('[fd00::1]:7450');
});
