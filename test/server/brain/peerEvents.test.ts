import { describe, expect, it } from 'vitest';
import type { PeerEvent } from '../../../src/server/brain/peerEvents.ts';
import { alice, Brain, bob, carol } from '../support/brain.ts';

function watched(): { brain: Brain; events: PeerEvent[]; told: () => string[]; watching: Disposable } {
  const brain = new Brain();
  const events: PeerEvent[] = [];
  const watching = brain.tracker.operator.watch((event) => void events.push(event));
  const told = (): string[] => events.map((one) => `${one.user} ${one.what}${'why' in one ? `: ${one.why}` : ''}`);
  return { brain, events, told, watching };
}

describe('what happens to a peer', () => {
  it('is told with its reason: joined, suspect, alive again, evicted', async () => {
    const { brain, events, told } = watched();
    const { connected } = await brain.join(alice, 'a');
    const { session } = connected;
    await brain.perform({ effect: 'suspect', session, why: 'silent for 6 s' });
    await brain.perform({ effect: 'suspect', session, why: 'silent for 7 s' });
    await brain.perform({ effect: 'revive', session, why: 'a heartbeat came' });
    await brain.perform({ effect: 'evict', session, reason: 'silent', why: 'silent for 12 s' });
    expect(told()).toEqual([
      'alice joined',
      'alice suspect: silent for 6 s',
      'alice alive: a heartbeat came',
      'alice evicted: silent for 12 s',
    ]);
    expect(events.at(-1)).toMatchObject({ session, port: 4000, at: brain.clock.wall(), reason: 'silent' });
  });

  it('is told of a peer that nobody reaches too, and not of a session without a port or a name', async () => {
    const { brain, told } = watched();
    brain.reach = () => ({ reachable: false, reason: 'a firewall' });
    await brain.join(alice, 'a');
    await brain.join(bob, 'b', { port: 'none' });
    await brain.joinUnnamed('c');
    expect(told()).toEqual(['alice joined']);
  });

  it('is a peer leaving where a session no longer serves, and joining where it does again', async () => {
    const { brain, told } = watched();
    const { caller, connection } = await brain.join(alice, 'a');
    await brain.join(alice, 'a', { port: 'none', on: { caller, connection } });
    await brain.join(alice, 'a', { port: 4001, on: { caller, connection } });
    expect(told()).toEqual(['alice joined', 'alice left: serves no port any more', 'alice joined']);
  });

  it('is not told again when a session is taken over by a new connection', async () => {
    const { brain, told } = watched();
    await brain.join(carol, 'a');
    await brain.join(carol, 'a');
    expect(told()).toEqual(['carol joined']);
  });

  it('says who was kicked, and who said goodbye', async () => {
    const { brain, events, told } = watched();
    await brain.join(alice, 'a');
    const { caller } = await brain.join(bob, 'b');
    await brain.tracker.ask(caller, { command: 'disconnect' });
    await brain.tracker.operator.kick(alice);
    expect(told().slice(2)).toEqual(['bob left: said goodbye', 'alice evicted: kicked by the operator']);
    expect(events.at(-1)).toMatchObject({ reason: 'kicked' });
  });

  it('is told nobody who has stopped to watch', async () => {
    const { brain, told, watching } = watched();
    watching[Symbol.dispose]();
    await brain.join(alice, 'a');
    expect(told()).toEqual([]);
  });
});

describe('the version of the roll', () => {
  it('grows with every change of what is listed, and with nothing else', async () => {
    const { brain } = watched();
    const { operator } = brain.tracker;
    const { caller, connected } = await brain.join(alice, 'a');
    const changed = async (act: () => Promise<unknown>): Promise<boolean> => {
      const before = operator.version;
      await act();
      return operator.version > before;
    };
    const { session } = connected;
    expect(await changed(() => brain.announce(caller))).toBe(false);
    expect(await changed(() => brain.find(caller))).toBe(false);
    expect(await changed(() => brain.perform({ effect: 'suspect', session, why: '' }))).toBe(true);
    expect(await changed(() => brain.perform({ effect: 'udp', session, udp: 'blocked', why: '' }))).toBe(true);
    expect(await changed(() => brain.tracker.ask(caller, { command: 'disconnect' }))).toBe(true);
  });
});
