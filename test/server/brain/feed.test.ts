import { describe, expect, it } from 'vitest';
import { resourceName } from '../../../src/base/names.ts';
import { feedGatherMs, feedMs, feedUnreadBytes, maxFeedChanges, maxPageBytes } from '../../../src/server/limits.ts';
import { alice, Brain, bob, carol, type FakeConnection, resource } from '../support/brain.ts';

async function subscriber(
  brain: Brain,
  on: ReturnType<Brain['meet']> = brain.meet('f'),
): Promise<{ connection: FakeConnection } & ReturnType<Brain['meet']>> {
  await brain.tracker.ask(on.caller, { command: 'subscribe' });
  return on;
}

const missed = (connection: FakeConnection): number => connection.changes.reduce((sum, told) => sum + told.missed, 0);
const kinds = (connection: FakeConnection): string[] =>
  connection.changes.flatMap(({ changes }) => changes.map(({ change }) => change));

describe('a subscriber', () => {
  it('is told of every kind of change in order, those of one moment in one message', async () => {
    const brain = new Brain();
    const { connection } = await subscriber(brain);
    const peer = await brain.join(alice, 'a', { remote: '10.0.0.4' });
    await brain.announce(peer.caller, resource('one'));
    await brain.perform({ effect: 'suspect', session: peer.connected.session, why: 'silent' });
    await brain.tracker.ask(peer.caller, { command: 'withdraw', names: [resourceName('one')] });
    await brain.tracker.ask(peer.caller, { command: 'disconnect' });
    await brain.clock.wind(feedGatherMs - 1);
    expect(connection.told).toEqual([]);
    await brain.clock.wind(1);
    const at = { address: '10.0.0.4', port: 4000 };
    const { name, id } = resource('one');
    expect(connection.told).toEqual([
      {
        told: 'changes',
        missed: 0,
        changes: [
          { change: 'joined', user: 'alice', ...at },
          { change: 'announced', ...resource('one'), owner: 'alice', ...at, state: 'alive' },
          { change: 'state', user: 'alice', ...at, state: 'suspect' },
          { change: 'withdrawn', owner: 'alice', ...at, name, id },
          { change: 'left', user: 'alice', ...at, why: 'said goodbye' },
        ],
      },
    ]);
  });

  it('is told soon where it was quiet, and else once in a while at most', async () => {
    const brain = new Brain();
    const { connection } = await subscriber(brain);
    const peer = await brain.join(alice, 'a', { remote: '10.0.0.4' });
    await brain.clock.wind(feedGatherMs);
    expect(connection.told).toHaveLength(1);
    await brain.announce(peer.caller, resource('one'));
    await brain.clock.wind(feedMs - 1);
    expect(connection.told).toHaveLength(1);
    await brain.clock.wind(1);
    expect(connection.told).toHaveLength(2);
  });

  it('is told nothing when nothing happens, and no timer runs', async () => {
    const brain = new Brain();
    const { connection } = await subscriber(brain);
    await brain.clock.wind(10_000);
    expect(connection.told).toEqual([]);
    expect(brain.clock.waiting).toBe(0);
  });

  it('sees what is shared with others only if it is of the audience or the owner', async () => {
    const brain = new Brain();
    const owner = await brain.join(alice, 'a');
    const friend = await brain.join(bob, 'b', { port: 'none' });
    const other = await brain.join(carol, 'c', { port: 'none' });
    const nobody = await subscriber(brain);
    for (const one of [owner, friend, other]) await subscriber(brain, one);
    await brain.announce(owner.caller, resource('secret', 'x', { to: [bob] }), resource('open'));
    await brain.tracker.ask(owner.caller, { command: 'withdraw', names: [resourceName('secret')] });
    await brain.clock.wind(feedMs);
    expect([owner, friend, other, nobody].map(({ connection }) => kinds(connection))).toEqual([
      ['announced', 'announced', 'withdrawn'],
      ['announced', 'announced', 'withdrawn'],
      ['announced'],
      ['announced'],
    ]);
    expect(JSON.stringify([other.connection.told, nobody.connection.told])).not.toContain('secret');
  });

  it('is told of a peer on loopback under the address that it reached the tracker at', async () => {
    const brain = new Brain();
    const near = await subscriber(brain, brain.meet('e', '127.0.0.1', '127.0.0.1'));
    const far = await subscriber(brain, brain.meet('f', '192.168.1.7', '192.168.1.1'));
    await brain.join(alice, 'a', { remote: '127.0.0.1', local: '127.0.0.1' });
    await brain.clock.wind(feedMs);
    const addresses = [near, far].map(({ connection }) => JSON.stringify(connection.changes[0]?.changes[0]));
    expect(addresses[0]).toContain('127.0.0.1');
    expect(addresses[1]).toContain('192.168.1.1');
  });

  it('is told of as many as fit in one message, and the count of the others', async () => {
    const brain = new Brain();
    const peer = await brain.join(alice, 'a');
    const { connection } = await subscriber(brain);
    const over = 20;
    const names = Array.from({ length: maxFeedChanges + over }, (_, index) => resource(`file ${index}`));
    await brain.announce(peer.caller, ...names);
    await brain.clock.wind(feedMs);
    expect(connection.told).toHaveLength(1);
    expect(kinds(connection)).toHaveLength(maxFeedChanges);
    expect(missed(connection)).toBe(over);
  });

  it('is never told more bytes at once than a line holds', async () => {
    const brain = new Brain();
    const peer = await brain.join(alice, 'a');
    const { connection } = await subscriber(brain);
    const description = '\u0001'.repeat(1000);
    const names = Array.from({ length: 100 }, (_, index) => resource(`file ${index}`, 'x', { description }));
    await brain.announce(peer.caller, ...names);
    await brain.clock.wind(feedMs);
    expect(JSON.stringify(connection.changes[0]?.changes).length).toBeLessThan(maxPageBytes);
    expect(kinds(connection).length + missed(connection)).toBe(100);
    expect(missed(connection)).toBeGreaterThan(0);
  });

  it('who does not read is told nothing more, and when it reads again how much it has missed', async () => {
    const brain = new Brain();
    const peer = await brain.join(alice, 'a');
    const slow = await subscriber(brain);
    const quick = await subscriber(brain, brain.meet('e'));
    slow.connection.unreadBytes = feedUnreadBytes + 1;
    await brain.announce(peer.caller, resource('one'), resource('two', 'x', { to: [bob] }));
    await brain.clock.wind(10 * feedMs);
    expect(slow.connection.told).toEqual([]);
    expect(kinds(quick.connection)).toEqual(['announced']);
    slow.connection.unreadBytes = feedUnreadBytes;
    await brain.clock.wind(feedMs);
    expect(slow.connection.told).toEqual([{ told: 'changes', changes: [], missed: 1 }]);
    expect(brain.clock.waiting).toBe(0);
  });

  it('is told no more once its connection is closed', async () => {
    const brain = new Brain();
    const { caller, connection } = await subscriber(brain);
    brain.tracker.closed(caller);
    await brain.join(alice, 'a');
    await brain.clock.wind(feedMs);
    expect(connection.told).toEqual([]);
  });

  it('who subscribes twice is told once', async () => {
    const brain = new Brain();
    const on = await subscriber(brain);
    await subscriber(brain, on);
    await brain.join(alice, 'a');
    await brain.clock.wind(feedMs);
    expect(kinds(on.connection)).toEqual(['joined']);
  });

  it('shares one message with all who see the same', async () => {
    const brain = new Brain();
    const one = await subscriber(brain);
    const two = await subscriber(brain, brain.meet('e'));
    await brain.join(alice, 'a');
    await brain.clock.wind(feedMs);
    expect(one.connection.told[0]).toBe(two.connection.told[0]);
  });

  it('shares one message with all whom nothing of it is for alone, named or not', async () => {
    const brain = new Brain();
    const owner = await brain.join(alice, 'a');
    const friend = await subscriber(brain, await brain.join(bob, 'b', { port: 'none' }));
    const other = await subscriber(brain, await brain.join(carol, 'c', { port: 'none' }));
    const nobody = await subscriber(brain);
    await brain.announce(owner.caller, resource('secret', 'x', { to: [bob] }), resource('open'));
    await brain.clock.wind(feedMs);
    expect(other.connection.told[0]).toBe(nobody.connection.told[0]);
    expect([friend, other].map(({ connection }) => kinds(connection).length)).toEqual([2, 1]);
  });
});
