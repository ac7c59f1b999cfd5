import { describe, expect, it } from 'vitest';
import { sessionId } from '../../../../src/base/ids.ts';
import { silentLog } from '../../../../src/base/log.ts';
import { encodeHeartbeat } from '../../../../src/net/wire/heartbeat.ts';
import { createHello } from '../../../../src/server/classic/hello/hello.ts';
import { settle } from '../../../support/fakeClock.ts';
import { Brain } from '../../support/brain.ts';
import { announced, bobAt, fakeSocket, native, onBrain, registered } from './support.ts';

describe('a client of the dialect', () => {
  it('is served as its table says, byte for byte', async () => {
    using scene = onBrain(new Brain());
    const bob = scene.program('192.168.1.200');
    const sally = scene.program('192.168.1.109');
    expect(await bob.ask('query users')).toBe('No active users.');
    expect(await bob.ask('query resources')).toBe('No resources available.');
    expect(await bob.ask(bobAt)).toBe(registered);
    expect(await sally.ask('register Sally 62102')).toBe(registered);
    expect(await bob.ask('announce test.txt Bob')).toBe(announced);
    expect(await sally.ask('announce test.txt Sally')).toBe(announced);
    expect(await sally.ask('query resources')).toBe(
      'Resources:\ntest.txt (Owner: Bob, IP: 192.168.1.200, TCP Port: 55211)\n' +
        'test.txt (Owner: Sally, IP: 192.168.1.109, TCP Port: 62102)\n',
    );
    expect(await bob.ask('query users')).toBe('Active users:\nBob\nSally\n');
    expect(await bob.ask('get resource_info test.txt')).toBe('Bob 192.168.1.200 55211\nSally 192.168.1.109 62102\n');
    expect(await bob.ask('get resource_info other.txt')).toBe("Error: Resource 'other.txt' not found.");
  });

  it('gets no reply to its sign of life, and to nothing that is no request', async () => {
    using scene = onBrain(new Brain());
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    for (const text of ['hello response', 'hello', 'goodbye', '']) expect(await bob.ask(text)).toBe('');
    expect(scene.hello.sources).toBe(1);
  });

  it('gets one reply to each request, in their order, however fast they come', async () => {
    using scene = onBrain(new Brain());
    const bob = scene.program('192.168.1.200');
    for (const text of [bobAt, 'announce a Bob', 'get resource_info a', 'announce ../a Bob', 'query users', 'get x']) {
      bob.send(text);
    }
    await settle();
    await settle();
    expect(bob.replies).toEqual([
      registered,
      announced,
      'Bob 192.168.1.200 55211\n',
      'Error: "../a" cannot be a resource name: it has a slash',
      'Active users:\nBob\n',
      'Error: "get resource_info" takes a resource name',
    ]);
  });

  it('announces for nobody before it is registered', async () => {
    using scene = onBrain(new Brain());
    expect(await scene.program('192.168.1.200').ask('announce a.txt Bob')).toMatch(/^Error: .*not registered/);
    expect(scene.hello.sources).toBe(0);
  });

  it('announces for nobody else, from his address neither', async () => {
    using scene = onBrain(new Brain());
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    const mallory = scene.program('192.168.1.200');
    expect(await mallory.ask('announce a.txt Bob')).toMatch(/^Error: /);
    await mallory.ask('register Mallory 5000');
    expect(await mallory.ask('announce a.txt Bob')).toMatch(/^Error: .*"Mallory".*"Bob"/);
    expect(await bob.ask('query resources')).toBe('No resources available.');
  });

  it('sees everybody among the users, and among the resources only what it can fetch', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    await native(brain, 'alice', 'a', { names: ['both.iso'], remote: '192.168.1.50' });
    await native(brain, 'carol', 'c', { names: ['native.iso'], dialects: [] });
    const bob = scene.program('192.168.1.200');
    expect(await bob.ask('query users')).toBe('Active users:\nalice\ncarol\n');
    expect(await bob.ask('query resources')).toBe(
      'Resources:\nboth.iso (Owner: alice, IP: 192.168.1.50, TCP Port: 4000)\n',
    );
    expect(await bob.ask('get resource_info both.iso')).toBe('alice 192.168.1.50 4000\n');
    expect(await bob.ask('get resource_info native.iso')).toBe("Error: Resource 'native.iso' not found.");
  });

  it('is found by those who speak the native protocol, as somebody who cannot be verified', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    await bob.ask('announce test.txt Bob');
    const { rows } = await brain.tracker.ask(brain.meet('a').caller, { command: 'find' });
    expect(rows).toMatchObject([
      {
        name: 'test.txt',
        id: null,
        owner: 'Bob',
        address: '192.168.1.200',
        port: 55_211,
        modified: brain.clock.wall(),
      },
    ]);
  });
});

describe('the shell', () => {
  it('leaves heartbeats and whatever else to others', () => {
    using scene = onBrain(new Brain());
    const from = { host: '192.168.1.9', port: 4000 };
    const beat = { kind: 'beat', session: sessionId(7), sequence: 3, flags: 0 } as const;
    const datagram = encodeHeartbeat(beat, () => new Uint8Array(32));
    expect(scene.hello.receive(datagram, from, scene.socket)).toBe(false);
    expect(scene.hello.receive(new Uint8Array(65_507).fill(0x72), from, scene.socket)).toBe(false);
    expect(scene.hello.receive(new Uint8Array(0), from, scene.socket)).toBe(false);
    expect(scene.hello.arrivals).toBe(0);
    expect(scene.hello.receive(new TextEncoder().encode('query users'), from, scene.socket)).toBe(true);
    expect(scene.hello.arrivals).toBe(1);
  });

  it('answers by the socket that it was asked on, and asks for signs of life by the last one', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const bob = { host: '192.168.1.200', port: 40_000 };
    const other = fakeSocket({ host: '192.168.1.1', port: 12_345 });
    const ask = async (text: string, socket = other): Promise<void> => {
      scene.hello.receive(new TextEncoder().encode(text), bob, socket);
      await settle();
    };
    await ask(bobAt);
    await ask('query users', scene.socket);
    expect(other.sent).toEqual([{ text: registered, to: bob }]);
    expect(scene.socket.sent).toEqual([{ text: 'Active users:\nBob\n', to: bob }]);
    const [session] = [...brain.keys.keys()];
    if (session === undefined) throw new Error('it has no session');
    await brain.perform({ effect: 'ping', session });
    expect(scene.socket.sent.at(-1)).toEqual({ text: 'hello', to: bob });
  });

  it('shows peers on its own machine under the address that the asker reaches it at', async () => {
    const brain = new Brain();
    let address = '192.168.1.1';
    const hello = createHello({
      tracker: brain.tracker,
      clock: brain.clock,
      log: silentLog,
      interfaces: () => ({
        lan: [{ address, netmask: '255.255.255.0', family: 'IPv4', mac: '', internal: false, cidr: null }],
      }),
    });
    const socket = fakeSocket({ host: '0.0.0.0', port: 7450 });
    const ask = async (text: string, host: string): Promise<string | undefined> => {
      hello.receive(new TextEncoder().encode(text), { host, port: 40_000 }, socket);
      await settle();
      return socket.sent.at(-1)?.text;
    };
    await ask(bobAt, '127.0.0.1');
    await ask('announce a Bob', '127.0.0.1');
    expect(await ask('get resource_info a', '192.168.1.9')).toBe('Bob 192.168.1.1 55211\n');
    expect(await ask('get resource_info a', '127.0.0.1')).toBe('Bob 127.0.0.1 55211\n');
    address = '192.168.1.2';
    await brain.clock.wind(10_000);
    expect(await ask('get resource_info a', '192.168.1.9')).toBe('Bob 192.168.1.2 55211\n');
    hello[Symbol.dispose]();
  });

  it('forgets who only asked, and who left', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    await scene.program('192.168.1.9').ask('query users');
    expect(scene.hello.sources).toBe(0);
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    expect(scene.hello.sources).toBe(1);
    const [session] = [...brain.keys.keys()];
    if (session === undefined) throw new Error('it has no session');
    await brain.perform({ effect: 'evict', session, reason: 'silent', why: 'silent for 12.0 s' });
    expect(scene.hello.sources).toBe(0);
    expect(await bob.ask('announce a Bob')).toMatch(/^Error: .*not registered/);
  });

  it('is silent once it is disposed of, and leaves no timer', async () => {
    const brain = new Brain();
    const scene = onBrain(brain);
    const old = scene.program('192.168.1.200');
    await old.ask(bobAt);
    old.silent = true;
    const anew = scene.program('192.168.1.200');
    await anew.ask(bobAt);
    scene[Symbol.dispose]();
    await brain.clock.wind(5000);
    expect(await scene.program('192.168.1.109').ask('register Sally 5000')).toBe('');
    expect(await old.ask('query users')).toBe('');
    expect(anew.replies).toEqual([]);
    expect(brain.clock.waiting).toBe(0);
    expect(await brain.users(brain.meet('a').caller)).toEqual(['Bob']);
  });
});
