import { describe, expect, it } from 'vitest';
import { instanceId } from '../../../src/base/ids.ts';
import { resourceName, type UserName, userName } from '../../../src/base/names.ts';
import type { Operator, Pinged } from '../../../src/server/brain/operator.ts';
import type { Caller } from '../../../src/server/brain/sessions.ts';
import { settle } from '../../support/fakeClock.ts';
import { alice, Brain, bob, carol, FakeConnection, failure, resource } from '../support/brain.ts';

const wait = (signal: AbortSignal = new AbortController().signal): { ms: number; signal: AbortSignal } => ({
  ms: 2000,
  signal,
});

/** Asks, has `answer` done once the question is out, and lets all waits pass. */
async function pinged(brain: Brain, user: UserName, answer: () => void | Promise<void>): Promise<Pinged['channels'][]> {
  const pinging = brain.tracker.operator.ping(user, wait());
  await settle();
  await answer();
  await brain.clock.wind(4000);
  return (await pinging).map(({ channels }) => channels);
}

async function keyless(brain: Brain, user: UserName): Promise<{ caller: Caller; connection: FakeConnection }> {
  const connection = new FakeConnection(undefined, '10.0.0.5');
  const caller = brain.tracker.meet(connection);
  const presence = { user, instance: instanceId('9'.repeat(32)), port: 5000, agent: 'test 1' };
  await brain.tracker.ask(caller, { command: 'connect', ...presence, dialects: ['hello'] });
  return { caller, connection };
}

describe('the operator', () => {
  it('finds a name in any case, and nobody by what is no name', async () => {
    const brain = new Brain();
    await brain.join(userName('Ann Lee'), 'a');
    const names = ['ann LEE', 'Ann', '', '../x', '\u001b[2J'].map((text) => brain.tracker.operator.nameOf(text));
    expect(names).toEqual(['Ann Lee', undefined, undefined, undefined, undefined]);
  });

  it('is offered the names that begin so, once each and no more than wanted', async () => {
    const brain = new Brain();
    await brain.join(userName('Bert'), 'b');
    await brain.join(bob, 'a');
    await brain.join(bob, 'a', { instance: 'c' });
    await brain.join(carol, 'd');
    expect(brain.tracker.operator.namesFrom('B', 9)).toEqual(['Bert', 'bob']);
    expect(brain.tracker.operator.namesFrom('', 2)).toHaveLength(2);
  });

  it('sees what everybody may see, under the addresses that the tracker sees', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a', { remote: '127.0.0.1' });
    await brain.announce(caller, resource('open.txt'), resource('for bob.txt', 'x', { to: [bob] }));
    const { rows } = await brain.tracker.operator.files({});
    expect(rows.map(({ name, address }) => `${name} ${address}`)).toEqual(['open.txt 127.0.0.1']);
    expect((await brain.tracker.operator.clients({})).rows).toMatchObject([{ user: 'alice', state: 'alive' }]);
  });

  it('is told who cannot be reached', async () => {
    const brain = new Brain();
    await brain.join(alice, 'a');
    brain.reach = () => ({ reachable: false, reason: 'a firewall' });
    await brain.join(bob, 'b', { port: 6000, remote: '10.0.0.2' });
    await brain.join(carol, 'c', { port: 'none' });
    expect(brain.tracker.operator.unreached()).toEqual([{ user: 'bob', address: '10.0.0.2', port: 6000 }]);
  });
});

describe('a ping', () => {
  it('measures both channels, the heartbeat first', async () => {
    const brain = new Brain();
    const { connection, connected } = await brain.join(alice, 'a');
    const channels = await pinged(brain, alice, async () => {
      expect(connection.probes).toBe(0);
      await brain.clock.wind(3);
      brain.beats.get(connected.session)?.('beat');
      await settle();
      await brain.clock.wind(5);
      connection.answer?.();
    });
    expect(channels).toEqual([
      [
        { channel: 'control', answer: { ms: 5 } },
        { channel: 'heartbeat', answer: { ms: 3 } },
      ],
    ]);
  });

  it('that nobody answers in time is silent, though other bytes came', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a');
    const channels = await pinged(brain, alice, () => brain.tracker.heard(caller));
    expect(channels.flat().map(({ answer }) => answer)).toEqual(['silent', 'silent']);
  });

  it('says which channel is not open', async () => {
    const brain = new Brain();
    const { caller, connected } = await brain.join(alice, 'a');
    brain.tracker.closed(caller);
    const channels = await pinged(brain, alice, () => brain.beats.get(connected.session)?.('no address'));
    expect(channels.flat().map(({ answer }) => answer)).toEqual(['not open', 'not open']);
  });

  it('asks each session of a name', async () => {
    const brain = new Brain();
    await brain.join(alice, 'a', { port: 4000 });
    await brain.join(alice, 'a', { port: 'none', instance: 'b' });
    const pinging = brain.tracker.operator.ping(alice, wait());
    await brain.clock.wind(4000);
    expect((await pinging).map(({ port }) => port)).toEqual([4000, undefined]);
  });

  it('takes any sign of life of a peer without a key', async () => {
    const brain = new Brain();
    const { caller, connection } = await keyless(brain, bob);
    const channels = await pinged(brain, bob, async () => {
      expect(connection.probes).toBe(1);
      await brain.clock.wind(7);
      brain.tracker.heard(caller);
    });
    expect(channels).toEqual([[{ channel: 'hello', answer: { ms: 7 } }]]);
    expect(await pinged(brain, bob, () => {})).toEqual([[{ channel: 'hello', answer: 'silent' }]]);
  });

  it('ends when its signal says so, and leaves no timer', async () => {
    const brain = new Brain();
    await keyless(brain, bob);
    const waiting = brain.clock.waiting;
    const enough = new AbortController();
    const pinging = brain.tracker.operator.ping(bob, wait(enough.signal));
    enough.abort(new Error('enough'));
    await expect(pinging).rejects.toThrow('enough');
    expect(brain.clock.waiting).toBe(waiting);
  });
});

describe('a kick', () => {
  it('ends every session of a name with the reason, and nobody else', async () => {
    const evicted: string[] = [];
    const brain = new Brain({ evicted: ({ user }, why) => void evicted.push(`${user}: ${why}`) });
    const first = await brain.join(alice, 'a');
    const second = await brain.join(alice, 'a', { instance: 'b' });
    const other = await brain.join(bob, 'c');
    expect(await brain.tracker.operator.kick(alice)).toBe(2);
    const why = 'kicked by the operator';
    expect([first, second, other].map(({ connection }) => connection.ended?.reason)).toEqual([why, why, undefined]);
    expect(await brain.users(other.caller)).toEqual(['bob']);
    expect(evicted).toEqual([`alice: ${why}`, `alice: ${why}`]);
  });

  it('keeps that run of the client out, and takes its next one', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a', { instance: '1' });
    brain.tracker.closed(caller);
    const { operator }: { operator: Operator } = brain.tracker;
    await operator.kick(alice);
    expect(await failure(brain.join(alice, 'a', { instance: '1' }))).toEqual({
      code: 'refused',
      message: 'the operator ended your session: start the program anew to join again',
    });
    const next = await brain.join(alice, 'a', { instance: '2' });
    expect(await brain.users(next.caller)).toEqual(['alice']);
  });

  it('takes what a peer without a key shares off the lists', async () => {
    const brain = new Brain();
    const { caller, connection } = await keyless(brain, bob);
    const file = { name: resourceName('x'), id: null, size: null, kind: 'file', description: '', modified: 1 } as const;
    await brain.tracker.ask(caller, { command: 'announce', resources: [file] });
    await brain.tracker.operator.kick(bob);
    expect(connection.ended).toEqual({ reason: 'kicked by the operator' });
    expect((await brain.tracker.operator.files({})).rows).toEqual([]);
  });
});
