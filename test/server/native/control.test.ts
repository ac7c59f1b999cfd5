import { describe, expect, it } from 'vitest';
import { userName } from '../../../src/base/names.ts';
import { lingerMs } from '../../../src/net/transport/limits.ts';
import { maxLineBytes } from '../../../src/net/wire/lines.ts';
import {
  firstRequestMs,
  idleMs,
  maxWaitingRequests,
  slowReaderMs,
  sweepMs,
  unreadBytes,
} from '../../../src/server/limits.ts';
import { settle } from '../../support/fakeClock.ts';
import { resource } from '../support/brain.ts';
import { Lan } from '../support/native.ts';

describe('a request', () => {
  it('is answered under its id, without a name for what needs none', async () => {
    await using lan = await Lan.open();
    const client = await lan.connect('anybody');
    expect(await client.ask('ping')).toEqual({ jsonrpc: '2.0', id: 1, result: { time: lan.clock.wall() } });
    expect((await client.ask('find')).result).toEqual({ rows: [] });
    expect((await client.ask('users')).result).toEqual({ rows: [] });
    expect((await client.ask('locate', { name: 'x' })).result).toEqual({ choices: [] });
  });

  it('is understood however its bytes are cut', async () => {
    await using lan = await Lan.open();
    const client = await lan.connect('anybody');
    const { id, line } = client.request('find', { pattern: 'schöne Grüße 🎉' });
    for (const byte of new TextEncoder().encode(line)) client.write(Uint8Array.of(byte));
    expect((await client.answer(id)).result).toEqual({ rows: [] });
  });

  it('is answered in its place among many that came at once', async () => {
    await using lan = await Lan.open();
    const client = await lan.connect('anybody');
    const requests = ['ping', 'find', 'nonsense', 'users', 'ping'].map((method) => client.request(method));
    client.write(requests.map(({ line }) => line).join('\r\n'));
    await client.answer(5);
    expect(client.lines.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  });

  it('for an unknown method gets -32601 with the methods that there are', async () => {
    await using lan = await Lan.open();
    const client = await lan.connect('anybody');
    const { error } = await client.ask('__proto__');
    expect(error?.code).toBe(-32601);
    expect(error?.message).toContain('register, unregister, announce');
  });

  it('with bad parameters gets -32602 with what is wrong with them', async () => {
    await using lan = await Lan.open();
    const client = await lan.connect('anybody');
    const { error } = await client.register('Bob', { instance: 'x', peerPort: 80 });
    expect(error).toMatchObject({ code: -32602, data: { name: 'usage' } });
    expect(error?.message).toContain('instance: ');
    expect(error?.message).toContain('peerPort: ');
    expect((await client.ask('announce', { resources: [{ ...resource('x'), name: '../x' }] })).error?.code).toBe(
      -32602,
    );
  });

  it('that fails gets the name of the failure', async () => {
    await using lan = await Lan.open();
    const first = await lan.connect('alice');
    await first.register('alice');
    const second = await lan.connect('bob');
    const { error } = await second.register('alice');
    expect(error).toMatchObject({ code: -32000, data: { name: 'name-taken' } });
    expect(error?.message).toContain(first.identity.fingerprint.slice(0, 8));
  });

  it('as a notification is done and not answered', async () => {
    await using lan = await Lan.open();
    const client = await lan.connect('alice');
    client.write('{"jsonrpc":"2.0","method":"ping"}\n{"jsonrpc":"2.0","method":"nonsense"}\n');
    client.write('{"jsonrpc":"2.0","method":"goodbye"}\n');
    await settle();
    expect(client.lines).toEqual([]);
    expect(client.closed).toBe(true);
  });
});

describe('a line that is none', () => {
  it.each([
    ['not JSON', 'hello\n', -32700, 'bad-message'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22, 0x0a]), -32600, 'bad-message'],
    ['not JSON-RPC', '{"method":"ping","id":1}\n', -32600, 'bad-message'],
    ['too long', 'x'.repeat(maxLineBytes + 1), -32000, 'limit'],
  ])('%s is answered and ends the connection', async (_, bytes, code, name) => {
    await using lan = await Lan.open();
    const client = await lan.connect('anybody');
    client.write(bytes);
    await settle();
    expect(client.lines).toHaveLength(1);
    expect(client.lines[0]).toMatchObject({ id: null, error: { code, data: { name } } });
    expect(client.closed).toBe(true);
  });

  it('comes after the answers to what was asked before it', async () => {
    await using lan = await Lan.open();
    const client = await lan.connect('anybody');
    client.write(`${client.request('ping').line}${client.request('find').line}rubbish\n${client.request('ping').line}`);
    await settle();
    expect(client.lines.map(({ id }) => id)).toEqual([1, 2, null]);
    expect(client.closed).toBe(true);
  });
});

describe('a connection', () => {
  it('that asks nothing valid is ended after the time to register, and not before', async () => {
    await using lan = await Lan.open();
    const client = await lan.connect('anybody');
    client.write(client.request('nonsense').line);
    await lan.clock.wind(firstRequestMs - 1);
    expect(client.closed).toBe(false);
    await lan.clock.wind(sweepMs);
    expect(client.closed).toBe(true);
    expect(client.lines.at(-1)).toMatchObject({ id: null, error: { data: { name: 'limit' } } });
  });

  it('of nobody that is silent is ended, and one that asks is kept', async () => {
    await using lan = await Lan.open();
    const silent = await lan.connect('one');
    const asking = await lan.connect('two');
    await silent.ask('ping');
    await asking.ask('ping');
    for (let passed = 0; passed < 2 * idleMs; passed += idleMs / 2) {
      await lan.clock.wind(idleMs / 2);
      await asking.ask('ping');
    }
    expect([silent.closed, asking.closed]).toEqual([true, false]);
  });

  it('of a subscriber that is silent is asked for a sign of life, and ended only without one', async () => {
    await using lan = await Lan.open();
    const living = await lan.connect('one');
    const dead = await lan.connect('two');
    for (const client of [living, dead]) await client.ask('subscribe');
    await lan.clock.wind(idleMs + sweepMs);
    const probe = living.lines.at(-1);
    expect(probe?.method).toBe('probe');
    living.write(`${JSON.stringify({ jsonrpc: '2.0', id: probe?.id, result: {} })}\n`);
    await lan.clock.wind(idleMs);
    expect([living.closed, dead.closed]).toEqual([false, true]);
  });

  it('over its count of waiting requests is told so and ended', async () => {
    await using lan = await Lan.open();
    const client = await lan.connect('anybody');
    client.write(client.request('ping').line.repeat(maxWaitingRequests + 10));
    for (let turn = 0; turn < 1000 && !client.closed; turn++) await settle();
    expect(client.closed).toBe(true);
    expect(client.lines.at(-1)).toMatchObject({ id: null, error: { data: { name: 'limit' } } });
    expect(client.lines.at(-1)?.error?.message).toContain(`${maxWaitingRequests} requests`);
  });

  it('that asks faster than it may has to wait, and every request is answered', async () => {
    await using lan = await Lan.open();
    const client = await lan.connect('anybody');
    const ask = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent++) client.write(client.request('find').line);
      for (let turn = 0; turn < 40; turn++) await settle();
    };
    for (let burst = 0; burst < 5; burst++) await ask(200);
    expect(client.lines.length).toBeLessThan(600);
    await lan.clock.wind(6000);
    expect(client.lines.length).toBe(1000);
    expect(client.lines.every(({ result }) => result !== undefined)).toBe(true);
  });

  it('that does not read what it asked for is cut, and takes little memory until then', async () => {
    await using lan = await Lan.open();
    const owner = await lan.connect('alice');
    await using _server = await owner.serve(4000);
    await owner.register('alice', { peerPort: 4000 });
    const description = 'é'.repeat(500);
    const resources = Array.from({ length: 100 }, (_, index) => resource(`file ${index}`, 'x', { description }));
    expect((await owner.ask('announce', { resources })).result).toEqual({});

    const slow = await lan.connect('slow', '192.168.1.66');
    await slow.ask('ping');
    slow.write(slow.request('find').line.repeat(50));
    await new Promise((resolve) => setImmediate(resolve));
    lan.network.cut('192.168.1.66');
    await settle();
    await lan.clock.wind(slowReaderMs - 1000);
    const cut = (): boolean => lan.logged.some(({ message }) => message === 'a slow reader was cut');
    expect(cut()).toBe(false);
    await lan.clock.wind(2000);
    expect(cut()).toBe(true);
    const line = lan.logged.find(({ message }) => message === 'a slow reader was cut');
    expect(line?.fields['unreadBytes']).toBeLessThan(unreadBytes + maxLineBytes);
  });

  it('that does not take its last words is cut', async () => {
    await using lan = await Lan.open();
    const client = await lan.connect('anybody', '192.168.1.66');
    await client.ask('ping');
    client.write('rubbish\n');
    lan.network.cut('192.168.1.66');
    await lan.clock.wind(lingerMs);
    lan.network.mend('192.168.1.66');
    await settle();
    expect(client.closed).toBe(true);
  });

  it('over the number of its address is turned away, and others are not', async () => {
    await using lan = await Lan.open({ limits: { connectionsPerAddress: 2 } });
    const first = await lan.connect('one');
    await lan.connect('two');
    await expect(lan.connect('three')).rejects.toThrow();
    const elsewhere = await lan.connect('four', '192.168.1.10');
    expect((await elsewhere.ask('ping')).result).toBeDefined();
    first.close();
    await settle();
    expect((await (await lan.connect('three')).ask('ping')).result).toBeDefined();
  });
});

describe('a session over the wire', () => {
  it('is registered, listed, probed and ended with a goodbye', async () => {
    await using lan = await Lan.open();
    const peer = await lan.connect('alice');
    await using _server = await peer.serve(4000);
    const { result } = await peer.register('alice', { peerPort: 4000 });
    expect(result).toMatchObject({
      epoch: 1,
      resumed: false,
      heartbeatMs: 2000,
      evictAfterMs: 12_000,
      address: '192.168.1.9',
      reach: { reachable: true },
    });
    expect(Buffer.from(String(result?.['heartbeatKey']), 'base64')).toHaveLength(32);
    const asker = await lan.connect('bob', '192.168.1.10');
    expect((await asker.ask('users')).result).toMatchObject({
      rows: [{ user: 'alice', address: '192.168.1.9', port: 4000, state: 'alive' }],
    });
    await asker.ask('report', { address: '192.168.1.9', port: 4000 });
    await settle();
    expect(peer.lines.at(-1)).toMatchObject({ method: 'probe' });
    expect((await peer.ask('goodbye')).result).toEqual({});
    await settle();
    expect(peer.closed).toBe(true);
    expect((await asker.ask('users')).result).toEqual({ rows: [] });
  });

  it('is pinged by the operator: the answer to that very probe counts, and no other line', async () => {
    await using lan = await Lan.open();
    const peer = await lan.connect('alice');
    await peer.register('alice');
    const { signal } = new AbortController();
    const pinging = lan.tracker.operator.ping(userName('alice'), { ms: 2000, signal });
    await settle();
    const probe = peer.lines.find(({ method }) => method === 'probe');
    const answer = (id: number): void => peer.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: {} })}\n`);
    answer(Number(probe?.id) + 1);
    await lan.clock.wind(100);
    answer(Number(probe?.id));
    await lan.clock.wind(100);
    const [{ channels } = { channels: [] }] = await pinging;
    expect(channels).toEqual([
      { channel: 'control', answer: { ms: expect.any(Number) } },
      { channel: 'heartbeat', answer: 'not open' },
    ]);
    const [control] = channels;
    expect(typeof control?.answer === 'object' && control.answer.ms >= 100).toBe(true);
  });

  it('whose port nobody answers is told why and what to do', async () => {
    await using lan = await Lan.open();
    const peer = await lan.connect('alice');
    const { result } = await peer.register('alice', { peerPort: 4000 });
    const { reachable, reason } = (result?.['reach'] ?? {}) as { reachable?: boolean; reason?: string };
    expect(reachable).toBe(false);
    expect(reason).toContain('192.168.1.9, TCP port 4000');
    expect(reason).toContain('firewall');
    expect(reason).toContain('--peer-port');
  });

  it('whose port another key answers is told so', async () => {
    await using lan = await Lan.open();
    const other = await lan.connect('bob');
    await using _server = await other.serve(4000);
    const peer = await lan.connect('alice');
    const { result } = await peer.register('alice', { peerPort: 4000 });
    expect(JSON.stringify(result?.['reach'])).toContain("somebody else's key");
  });

  it('that is unregistered gets its answer, then the reason, and the connection closes', async () => {
    await using lan = await Lan.open();
    const peer = await lan.connect('alice');
    await peer.register('alice');
    expect((await peer.ask('unregister', { user: 'alice' })).result).toEqual({});
    await settle();
    expect(peer.lines.at(-1)).toMatchObject({ method: 'ended', params: { reason: expect.stringContaining('alice') } });
    expect(peer.closed).toBe(true);
  });

  it('is told of changes', async () => {
    await using lan = await Lan.open();
    const watcher = await lan.connect('bob');
    await watcher.ask('subscribe');
    const peer = await lan.connect('alice');
    await using _server = await peer.serve(4000);
    await peer.register('alice', { peerPort: 4000 });
    await lan.clock.wind(100);
    expect(watcher.notices('changes').map(({ params }) => params)).toEqual([
      { changes: [{ change: 'joined', user: 'alice', address: '192.168.1.9', port: 4000 }], missed: 0 },
    ]);
  });

  it('of a peer that is killed is off the list within 3.5 s', async () => {
    await using lan = await Lan.open();
    const peer = await lan.connect('alice', '192.168.1.66');
    await using _server = await peer.serve(4000);
    await peer.register('alice', { peerPort: 4000 });
    const asker = await lan.connect('bob');
    await lan.clock.wind(1000);
    lan.network.kill('192.168.1.66');
    await settle();
    expect((await asker.ask('users')).result).toMatchObject({ rows: [{ state: 'suspect' }] });
    await lan.clock.wind(2900);
    expect((await asker.ask('users')).result).toMatchObject({ rows: [{ state: 'suspect' }] });
    await lan.clock.wind(600);
    expect((await asker.ask('users')).result).toEqual({ rows: [] });
  });
});
