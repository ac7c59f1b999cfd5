import { describe, expect, it } from 'vitest';
import { isIpv4, isWithin } from '../../../src/net/discovery/address.ts';
import { isOnLink, linksOf } from '../../../src/net/discovery/links.ts';

const four = (cidr: string, more: { internal?: boolean; mac?: string } = {}) => {
  const [address = ''] = cidr.split('/');
  return { address, cidr, netmask: '', family: 'IPv4' as const, mac: '02:00:00:00:00:01', internal: false, ...more };
};
const six = (cidr: string, scopeid = 0) => {
  const [address = ''] = cidr.split('/');
  return { address, cidr, netmask: '', family: 'IPv6' as const, mac: '02:00:00:00:00:01', internal: false, scopeid };
};
const loopback = { lo: [four('127.0.0.1/8', { internal: true, mac: '00:00:00:00:00:00' })] };

describe('an address', () => {
  it.each([
    ['10.77.0.2', '10.77.0.1/24'],
    ['10.77.0.2', '10.77.0.2/32'],
    ['200.1.2.3', '10.77.0.1/0'],
    ['fd00::5', 'fd00::1/64'],
    ['fd00:0:0:0:ffff::', 'fd00::1/64'],
    ['::1', '::1/128'],
  ])('%s lies in %s', (address, network) => {
    expect(isWithin(address, network)).toBe(true);
  });

  it.each([
    ['10.77.1.2', '10.77.0.1/24'],
    ['10.77.0.3', '10.77.0.2/32'],
    ['fd00:0:0:1::5', 'fd00::1/64'],
    ['10.77.0.2', 'fd00::1/0'],
    ['::ffff:10.77.0.2', '10.77.0.1/24'],
    ['010.77.0.2.', '10.77.0.1/24'],
    ['10.77.0.256', '10.77.0.1/24'],
    ['10.77.0.2', '10.77.0.1'],
    ['10.77.0.2', '10.77.0.1/x'],
    ['lab', '10.77.0.1/0'],
    ['fe80::1%eth0', 'fe80::2/64'],
    ['', '10.77.0.1/0'],
    [':::', '::1/0'],
  ])('%s does not lie in %s', (address, network) => {
    expect(isWithin(address, network)).toBe(false);
  });

  it('is told by its kind', () => {
    expect(['10.0.0.1', 'fd00::1', 'lab', '1.2.3.4.5'].map(isIpv4)).toEqual([true, false, false, false]);
  });
});

describe('the links', () => {
  it('are the interfaces with an IPv4 address that lead to others', () => {
    const links = linksOf({
      ...loopback,
      eth0: [four('192.168.1.5/24'), four('10.1.0.5/16'), six('fd00::5/64'), six('fe80::5/64', 2)],
      wg0: [four('10.9.0.1/24', { mac: '00:00:00:00:00:00' })],
      six: [six('fd01::5/64')],
    });
    expect(links).toMatchObject([
      {
        name: 'eth0',
        address: '192.168.1.5',
        addresses: ['192.168.1.5', '10.1.0.5', 'fd00::5'],
        networks: ['192.168.1.5/24', '10.1.0.5/16', 'fd00::5/64'],
      },
    ]);
  });

  it('are the machine itself where it is on no network', () => {
    expect(linksOf(loopback)).toMatchObject([{ name: 'lo', address: '127.0.0.1' }]);
    expect(linksOf({})).toEqual([]);
  });

  it('have another key once the address is another, or the card', () => {
    const keys = [
      linksOf({ eth0: [four('192.168.1.5/24')] }),
      linksOf({ eth0: [four('192.168.1.6/24')] }),
      linksOf({ eth0: [four('192.168.1.5/24', { mac: '02:00:00:00:00:02' })] }),
      linksOf({ eth1: [four('192.168.1.5/24')] }),
    ].map(([link]) => link?.key);
    expect(new Set(keys).size).toBe(4);
    expect(linksOf({ eth0: [four('192.168.1.5/24')] })[0]?.key).toBe(keys[0]);
  });

  it('tell who is on them', () => {
    const [link] = linksOf({ eth0: [four('192.168.1.5/24'), six('fd00::5/64')] });
    if (link === undefined) throw new Error('no link');
    expect(
      ['192.168.1.77', 'fd00::9', '192.168.2.77', '127.0.0.1', 'fe80::1'].map((one) => isOnLink(one, link)),
    ).toEqual([true, true, false, false, false]);
  });
});
