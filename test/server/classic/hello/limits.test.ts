import { describe, expect, it } from 'vitest';
import { maxSourcesPerAddress, maxWaitingPerAddress } from '../../../../src/server/classic/hello/limits.ts';
import { Quota } from '../../../../src/server/classic/hello/quota.ts';
import { settle } from '../../../support/fakeClock.ts';
import { Brain } from '../../support/brain.ts';
import { bobAt, native, onBrain, registered } from './support.ts';

const tenThousand = 10_000;

async function whenQuiet(quiet: () => boolean): Promise<void> {
  for (let turn = 0; turn < 3000 && !quiet(); turn++) await settle();
}

describe('ten thousand datagrams', () => {
  it('of one client that announces without waiting for replies are all answered, in time', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    for (let index = 0; index < tenThousand; index++) bob.send(`announce file${index} Bob`);
    await whenQuiet(() => bob.replies.length > 4900);
    const atOnce = bob.replies.length;
    expect(atOnce).toBeLessThan(5000);
    await brain.clock.wind(7000);
    await whenQuiet(() => bob.replies.length > tenThousand);
    expect(bob.replies).toHaveLength(tenThousand + 1);
    expect(new Set(bob.replies.slice(1))).toEqual(new Set(['Resource announced successfully']));
    expect((await brain.directory.counts()).resources).toBe(tenThousand);
  });

  it('from as many forged addresses leave room for others, and nothing behind', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const datagram = new TextEncoder().encode('query users');
    for (let index = 0; index < tenThousand; index++) {
      const host = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
      scene.hello.receive(datagram, { host, port: 5000 }, scene.socket);
    }
    expect(scene.hello.sources).toBe(4000);
    await settle();
    expect(scene.hello.sources).toBe(0);
    expect(scene.warned.filter((line) => line.includes('dropped'))).toHaveLength(1);
    expect(await scene.program('192.168.1.200').ask(bobAt)).toBe(registered);
  });

  it('of registrations from one address are answered as far as that address may have sources', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    for (let port = 1; port <= tenThousand; port++) {
      const datagram = new TextEncoder().encode(`register user${port} 5000`);
      scene.hello.receive(datagram, { host: '10.6.6.6', port }, scene.socket);
    }
    await brain.clock.wind(60_000);
    expect(scene.hello.sources).toBe(maxSourcesPerAddress);
    expect((await brain.directory.counts()).peers).toBe(maxSourcesPerAddress);
    expect(await scene.program('192.168.1.200').ask(bobAt)).toBe(registered);
  });

  it('of garbage get no reply and leave nothing', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const from = { host: '10.6.6.6', port: 5000 };
    for (let index = 0; index < tenThousand; index++) {
      const garbage = Uint8Array.from({ length: index % 64 }, (_, at) => (index * 31 + at * 17) & 255);
      scene.hello.receive(garbage, from, scene.socket);
    }
    await settle();
    expect(scene.socket.sent).toEqual([]);
    expect(scene.hello.sources).toBe(0);
  });
});

describe('requests that wait', () => {
  it('are as many as one address may have, and the others are lost', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const bob = scene.program('192.168.1.200');
    for (let index = 0; index < maxWaitingPerAddress + 500; index++) bob.send('announce a Bob');
    await whenQuiet(() => bob.replies.length > 4990);
    await brain.clock.wind(60_000);
    await whenQuiet(() => bob.replies.length >= maxWaitingPerAddress);
    expect(bob.replies).toHaveLength(maxWaitingPerAddress);
    expect(await bob.ask(bobAt)).toBe(registered);
  });
});

describe('whoever fills all that may wait', () => {
  it('leaves room for others, whatever he has it wait for', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    bob.silent = true;
    for (let address = 1; address <= 6; address++) {
      const forged = scene.program(`10.6.6.${address}`);
      for (let index = 0; index < maxWaitingPerAddress; index++) forged.send('register BOB 6000');
    }
    expect(await scene.program('192.168.1.9').ask('query users')).toBe('Active users:\nBob\n');
    expect(await scene.program('192.168.1.10').ask('register Ann 5000')).toBe(registered);
  });

  it('stands for a minute at most in the way of the one whom he forges', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    const victim = scene.program('192.168.1.9');
    const told = (): boolean => victim.replies.at(-1) === 'Active users:\nBob\n';
    for (let index = 1; index < maxWaitingPerAddress; index++) victim.send('register BOB 6000');
    await brain.clock.wind(59_000);
    victim.send('query users');
    await brain.clock.wind(900);
    expect(told()).toBe(false);
    await brain.clock.wind(200);
    await whenQuiet(told);
    expect(told()).toBe(true);
    expect(scene.warned.filter((line) => line.includes('dropped'))).toHaveLength(1);
  });
});

describe('an address that others forge', () => {
  it('is sent 256 KiB a second at most, once its burst is over, whatever is asked in its name', async () => {
    const brain = new Brain();
    using scene = onBrain(brain);
    await native(brain, 'alice', 'a', { names: Array.from({ length: 100 }, (_, index) => `a-long-name-${index}`) });
    const ask = (): void => {
      const datagram = new TextEncoder().encode('query resources');
      for (let port = 5000; port < 5040; port++) {
        scene.hello.receive(datagram, { host: '192.168.1.66', port }, scene.socket);
      }
    };
    const sentBytes = (): number => scene.socket.sent.splice(0).reduce((sum, { text }) => sum + text.length, 0);
    for (let time = 0; time < 20; time++) ask();
    await brain.clock.wind(0);
    const burst = sentBytes();
    expect(burst).toBeGreaterThan(100 * 4095);
    expect(burst).toBeLessThan(5000 * 256);
    for (let second = 0; second < 10; second++) {
      for (let time = 0; time < 4; time++) ask();
      await brain.clock.wind(1000);
    }
    expect(sentBytes()).toBeLessThan(10 * 256 * 1024);
  });
});

describe('a datagram', () => {
  it.each([
    ['too long', new Uint8Array(65_507).fill(0x61)],
    ['no text', Uint8Array.of(0xff, 0xfe, 0)],
    ['with a NUL inside', new TextEncoder().encode('a\0b Bob')],
  ])('that is %s is answered as an error, shortly', async (_, rest) => {
    using scene = onBrain(new Brain());
    const bob = scene.program('192.168.1.200');
    await bob.ask(bobAt);
    bob.replies.length = 0;
    bob.send(Uint8Array.of(...new TextEncoder().encode('announce '), ...rest));
    await settle();
    expect(bob.replies).toEqual([expect.stringMatching(/^Error: .{5,150}$/)]);
    expect(await bob.ask('query resources')).toBe('No resources available.');
  });
});

describe('a quota', () => {
  it('is for each address, and gives again what is given back', () => {
    const quota = new Quota({ total: 100, perAddress: 2 });
    expect([quota.take('a'), quota.take('a'), quota.take('a')]).toEqual([true, true, false]);
    expect([quota.take('b'), quota.take('b')]).toEqual([true, true]);
    expect(quota.taken).toBe(4);
    quota.giveBack('a');
    expect([quota.take('b'), quota.take('a')]).toEqual([false, true]);
    for (const address of ['a', 'a', 'b', 'b']) quota.giveBack(address);
    expect(quota.taken).toBe(0);
  });

  it('is given out to the last, and nobody gets more of it than he leaves to others', () => {
    const quota = new Quota({ total: 4, perAddress: 4 });
    expect([quota.take('a'), quota.take('a'), quota.take('a')]).toEqual([true, true, false]);
    expect([quota.take('b'), quota.take('b')]).toEqual([true, false]);
    expect([quota.take('c'), quota.take('d')]).toEqual([true, false]);
    expect(quota.taken).toBe(4);
  });
});
