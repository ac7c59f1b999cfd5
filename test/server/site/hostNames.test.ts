import { expect, it } from 'vitest';
import { hostNames } from '../../../src/server/site/hostNames.ts';

const entry = { netmask: '', mac: '', cidr: null, internal: false };

it('are the addresses that a browser takes, and the name with and without mDNS', () => {
  const interfaces = {
    eth0: [
      { ...entry, address: '192.168.1.5', family: 'IPv4' as const },
      { ...entry, address: 'fd00::5', family: 'IPv6' as const, scopeid: 0 },
      { ...entry, address: 'fe80::5', family: 'IPv6' as const, scopeid: 2 },
    ],
  };
  expect(hostNames(interfaces, 'lab')).toEqual(['192.168.1.5', 'fd00::5', 'lab', 'lab.local']);
  expect(hostNames({}, 'lab.local')).toEqual(['lab.local']);
  expect(hostNames({}, '')).toEqual([]);
});
