import { describe, expect, it } from 'vitest';
import { type Fingerprint, fingerprint } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import { browse } from '../../../src/net/discovery/browse.ts';
import type { FoundTracker } from '../../../src/net/discovery/found.ts';
import { goodbyeOf, recordsOf } from '../../../src/net/discovery/records.ts';
import { settle } from '../../support/fakeClock.ts';
import { FakeNetworks, link } from '../../support/fakeMdns.ts';

const key = (digit: string): Fingerprint => fingerprint(digit.repeat(64));
const records = (digit: string, host: string, port = 7450, name = 'lab') =>
  recordsOf({ name, port, fingerprint: key(digit) }, [host]);
const at = (address: string) => ({ address, port: 5353 });

/** A search whose end is seen, and what it wrote into the log. */
const search = async (net: FakeNetworks, { early = false, signal = new AbortController().signal } = {}) => {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: object, text: string) => void warnings.push(text) };
  let over = false;
  const found: Promise<FoundTracker[]> = browse({ ms: 2000, early, log, signal }, net.ground).finally(() => {
    over = true;
  });
  found.catch(() => {});
  await settle();
  return { found, isOver: () => over, warnings };
};

describe('looking for trackers', () => {
  it('asks at once and after a second, on every network, and ends after its time', async () => {
    const net = new FakeNetworks(link('eth0'), link('wlan0', '10.1.0.9/24'));
    const { found, isOver } = await search(net);
    const question = { name: '_rollcall._tcp.local', type: 'PTR' };
    expect(net.opened.map(({ asked }) => asked)).toEqual([[question], [question]]);
    await net.clock.wind(999);
    expect(net.at().asked).toHaveLength(1);
    await net.clock.wind(1000);
    expect(net.at('wlan0').asked).toHaveLength(2);
    expect(isOver()).toBe(false);
    await net.clock.wind(1);
    expect(await found).toEqual([]);
    expect(net.opened.map(({ closed }) => closed)).toEqual([true, true]);
    expect(net.clock.waiting).toBe(0);
  });

  it('gives what it heard, sorted by name, each tracker once', async () => {
    const net = new FakeNetworks(link('eth0'), link('wlan0', '10.1.0.9/24'));
    const { found } = await search(net);
    net.answer(records('b', '10.1.0.2', 7450, 'zoo'), at('10.1.0.2'), 'wlan0');
    net.answer(records('a', '10.1.0.1', 7450, 'ant'), at('10.1.0.1'), 'wlan0');
    net.answer(records('a', '10.0.0.1', 7450, 'ant'), at('10.0.0.1'), 'eth0');
    net.answer(records('a', '10.0.0.1', 7451, 'ant'), at('10.0.0.1'), 'eth0');
    net.answer(records('a', '10.0.0.1', 7450, 'ant'), at('10.0.0.1'), 'eth0');
    await net.clock.wind(2000);
    expect((await found).map(({ name, host, port }) => `${name} ${host}:${port}`)).toEqual([
      'ant (aaaaaaaa) 10.0.0.1:7450',
      'ant:7451 (aaaaaaaa) 10.0.0.1:7451',
      'zoo (bbbbbbbb) 10.1.0.2:7450',
    ]);
  });

  it('stays with the address that it heard first on a network', async () => {
    const net = new FakeNetworks(link());
    const { found } = await search(net);
    for (const host of ['10.0.0.1', '10.0.0.66']) net.answer(records('a', host), at(host));
    await net.clock.wind(2000);
    expect(await found).toMatchObject([{ host: '10.0.0.1' }]);
  });

  it('forgets a tracker that says goodbye, but not for somebody else who says so', async () => {
    const net = new FakeNetworks(link());
    const { found } = await search(net);
    for (const [digit, host] of [
      ['a', '10.0.0.1'],
      ['b', '10.0.0.2'],
    ] as const) {
      net.answer(records(digit, host), at(host));
      net.answer(goodbyeOf(records(digit, host)), at('10.0.0.1'));
    }
    await net.clock.wind(2000);
    expect(await found).toMatchObject([{ host: '10.0.0.2' }]);
  });

  it('may end a second after the last tracker that was news', async () => {
    const net = new FakeNetworks(link());
    const { found, isOver } = await search(net, { early: true });
    await net.clock.wind(100);
    net.answer(records('a', '10.0.0.1'), at('10.0.0.1'));
    await net.clock.wind(500);
    net.answer(records('b', '10.0.0.2'), at('10.0.0.2'));
    await net.clock.wind(500);
    net.answer(records('b', '10.0.0.2'), at('10.0.0.2'));
    await net.clock.wind(499);
    expect(isOver()).toBe(false);
    await net.clock.wind(1);
    expect(await found).toHaveLength(2);
    expect(net.clock.waiting).toBe(0);
  });

  it('never takes longer than its time, whatever is heard', async () => {
    const net = new FakeNetworks(link());
    const { found } = await search(net, { early: true });
    await net.clock.wind(1900);
    net.answer(records('a', '10.0.0.1'), at('10.0.0.1'));
    await net.clock.wind(100);
    expect(await found).toHaveLength(1);
  });

  it('keeps 64 trackers, and ends with them where it is flooded', async () => {
    const net = new FakeNetworks(link());
    const { found, isOver } = await search(net);
    for (let port = 1; port <= 1024; port++) net.answer(records('a', '10.0.0.1', port), at('10.0.0.1'));
    await settle();
    expect(isOver()).toBe(false);
    net.answer(records('b', '10.0.0.1'), at('10.0.0.1'));
    expect(await found).toHaveLength(64);
  });

  it('finds nothing where there is no network, at once', async () => {
    const net = new FakeNetworks();
    expect(await (await search(net)).found).toEqual([]);
  });

  it('warns of a network whose port cannot be had, and looks on the others', async () => {
    const net = new FakeNetworks(link('eth0'), link('wlan0', '10.1.0.9/24'));
    net.shut.add('eth0');
    const { found, warnings } = await search(net);
    net.answer(records('a', '10.1.0.1'), at('10.1.0.1'), 'wlan0');
    net.at('wlan0').events.trouble(new Error('send ENETUNREACH'));
    await net.clock.wind(2000);
    expect(await found).toHaveLength(1);
    expect(warnings).toEqual(['cannot look for a tracker on this network']);
    net.shut.add('wlan0');
    expect(await (await search(net)).found).toEqual([]);
  });

  it('ends with the reason that it is told to end with', async () => {
    const net = new FakeNetworks(link());
    const controller = new AbortController();
    const { found } = await search(net, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(found).rejects.toThrow('enough');
    expect(net.at().closed).toBe(true);
    expect(net.clock.waiting).toBe(0);
    await expect((await search(net, { signal: controller.signal })).found).rejects.toThrow('enough');
    expect(net.opened).toHaveLength(1);
  });
});
