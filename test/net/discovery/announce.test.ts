import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/base/ids.ts';
import { announce } from '../../../src/net/discovery/announce.ts';
import { linksOf } from '../../../src/net/discovery/links.ts';
import { FakeNetworks, link } from '../../support/fakeMdns.ts';

const tracker = { name: 'lab', host: '0.0.0.0', port: 7450, fingerprint: fingerprint('a'.repeat(64)) };

const speak = async (net: FakeNetworks, host = '0.0.0.0') => {
  const log: string[] = [];
  const write = (level: string) => (_: object, text: string) => void log.push(`${level}: ${text}`);
  const announcing = await announce(
    { ...tracker, host },
    { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    net.ground,
  );
  return { announcing, log };
};

const addressesOn = (net: FakeNetworks, name?: string): unknown[] =>
  net.at(name).served.flatMap(({ type, data }) => (type === 'A' || type === 'AAAA' ? [data] : []));

describe('announcing a tracker', () => {
  it('says it twice, a second apart, on every network with its address there', async () => {
    const net = new FakeNetworks(link('eth0'), link('wlan0', '10.1.0.9/24'));
    const { announcing } = await speak(net);
    expect(announcing.on()).toEqual(['eth0', 'wlan0']);
    expect([addressesOn(net, 'eth0'), addressesOn(net, 'wlan0')]).toEqual([['10.0.0.9'], ['10.1.0.9']]);
    await net.clock.wind(999);
    expect(net.at().told).toEqual([net.at().served]);
    await net.clock.wind(1);
    expect(net.at().told).toEqual([net.at().served, net.at().served]);
    await net.clock.wind(60_000);
    expect(net.at().told).toHaveLength(2);
  });

  it('names the addresses that are listened on alone', async () => {
    const entry = { netmask: '', mac: 'x', internal: false };
    const net = new FakeNetworks(
      ...linksOf({
        eth0: [
          { ...entry, address: '10.0.0.9', cidr: '10.0.0.9/24', family: 'IPv4' },
          { ...entry, address: 'fd00::9', cidr: 'fd00::9/64', family: 'IPv6', scopeid: 0 },
        ],
        wlan0: [{ ...entry, address: '10.1.0.9', cidr: '10.1.0.9/24', family: 'IPv4' }],
      }),
    );
    await speak(net, '::');
    expect(addressesOn(net, 'eth0')).toEqual(['10.0.0.9', 'fd00::9']);
    await speak(net, '0.0.0.0');
    expect(addressesOn(net, 'eth0')).toEqual(['10.0.0.9']);
    const before = net.opened.length;
    const { announcing } = await speak(net, '10.1.0.9');
    expect(announcing.on()).toEqual(['wlan0']);
    expect(net.opened).toHaveLength(before + 1);
  });

  it('says goodbye once it is disposed of, and does nothing after', async () => {
    const net = new FakeNetworks(link());
    const { announcing } = await speak(net);
    await announcing[Symbol.asyncDispose]();
    expect(
      net
        .at()
        .told.at(-1)
        ?.map(({ ttl }) => ttl),
    ).toEqual([0, 0, 0, 0]);
    expect(net.at().closed).toBe(true);
    const said = net.at().told.length;
    await net.clock.wind(60_000);
    expect([net.at().told.length, net.opened.length]).toEqual([said, 1]);
  });

  it('does not wait longer than half a second for a goodbye that does not get through', async () => {
    const net = new FakeNetworks(link());
    const { announcing } = await speak(net);
    net.telling = () => new Promise(() => {});
    const disposed = announcing[Symbol.asyncDispose]();
    await net.clock.wind(499);
    expect(net.at().closed).toBe(false);
    await net.clock.wind(1);
    await disposed;
    expect(net.at().closed).toBe(true);
  });

  it('follows the machine to networks that come later, and lets go of those that are gone', async () => {
    const net = new FakeNetworks();
    const { announcing, log } = await speak(net);
    expect(log).toEqual(['warn: announced on no network: clients have to name this tracker']);
    net.links = [link('eth0')];
    await net.clock.wind(5000);
    expect(announcing.on()).toEqual(['eth0']);
    net.links = [link('eth0', '10.5.0.9/24')];
    await net.clock.wind(5000);
    expect(net.opened.map(({ closed }) => closed)).toEqual([true, false]);
    expect(addressesOn(net)).toEqual(['10.5.0.9']);
    net.links = [];
    await net.clock.wind(5000);
    expect(announcing.on()).toEqual([]);
  });

  it('warns once of a network that does not let it, and tries again', async () => {
    const net = new FakeNetworks(link('eth0'), link('wlan0', '10.1.0.9/24'));
    net.shut.add('eth0');
    const { announcing, log } = await speak(net);
    expect(announcing.on()).toEqual(['wlan0']);
    await net.clock.wind(20_000);
    expect(log.filter((line) => line.startsWith('warn'))).toEqual(['warn: cannot announce on this network']);
    net.shut.clear();
    await net.clock.wind(5000);
    expect(announcing.on().sort()).toEqual(['eth0', 'wlan0']);
  });

  it('tells trouble to the log and goes on', async () => {
    const net = new FakeNetworks(link());
    const { announcing, log } = await speak(net);
    net.at().events.trouble(new Error('send ENETUNREACH'));
    expect(log).toContain('debug: trouble on a network');
    expect(announcing.on()).toEqual(['eth0']);
  });
});
