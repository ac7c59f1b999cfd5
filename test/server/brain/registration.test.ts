import { describe, expect, it } from 'vitest';
import { instanceId } from '../../../src/base/ids.ts';
import { userName } from '../../../src/base/names.ts';
import type { Reach } from '../../../src/base/roll.ts';
import { dialAgainMs, dialAgainSoonMs, registrationWaitMs } from '../../../src/server/limits.ts';
import { settle } from '../../support/fakeClock.ts';
import { alice, Brain, bob, failure, key, resource } from '../support/brain.ts';

const unreachable: Reach = { reachable: false, reason: 'a wall' };

/** Has dialling back last until what is returned is called with its finding. */
function dialling(brain: Brain): (reach: Reach) => void {
  let found: (reach: Reach) => void = () => {};
  brain.reach = () =>
    new Promise((resolve) => {
      found = resolve;
    });
  return (reach) => found(reach);
}

describe('a name', () => {
  it('is bound to the first key that registers it', async () => {
    const brain = new Brain();
    await brain.join(alice, 'a');
    const { code, message } = await failure(brain.join(alice, 'b'));
    expect(code).toBe('name-taken');
    expect(message).toContain('aaaaaaaa');
    expect(message).toContain('choose another name');
  });

  it('that reads like a taken one is taken, and its holder is told the spelling', async () => {
    const brain = new Brain();
    await brain.join(alice, 'a');
    expect((await failure(brain.join(userName('Alice'), 'b'))).message).toContain('as "alice"');
    expect((await failure(brain.join(userName('Alice'), 'a'))).message).toContain('use that spelling');
  });

  it('cannot be gone by without having been registered', async () => {
    const brain = new Brain();
    const { caller } = brain.meet('a');
    const connect = { command: 'connect', user: alice, instance: instanceId('a'.repeat(32)), agent: '' } as const;
    expect((await failure(brain.tracker.ask(caller, connect))).code).toBe('refused');
  });

  it('is freed by its holder alone, which ends every session of it with a reason', async () => {
    const brain = new Brain();
    const first = await brain.join(alice, 'a', { instance: '1' });
    const second = await brain.join(alice, 'a', { instance: '2', port: 4001 });
    const stranger = brain.meet('b');
    const unregister = { command: 'unregister', user: alice } as const;
    expect((await failure(brain.tracker.ask(stranger.caller, unregister))).code).toBe('refused');
    expect(await brain.users(stranger.caller)).toEqual(['alice', 'alice']);

    await brain.tracker.ask(brain.meet('a').caller, unregister);
    expect(await brain.users(stranger.caller)).toEqual([]);
    expect([first, second].map(({ connection }) => connection.ended?.reason)).toEqual([
      'the name "alice" was unregistered',
      'the name "alice" was unregistered',
    ]);
    expect(brain.keys.size).toBe(0);
    await brain.join(alice, 'b');
    expect(await brain.users(stranger.caller)).toEqual(['alice']);
  });

  it('that nobody has cannot be freed', async () => {
    const brain = new Brain();
    const asked = brain.tracker.ask(brain.meet('a').caller, { command: 'unregister', user: alice });
    expect((await failure(asked)).code).toBe('not-found');
  });
});

describe('a registration', () => {
  it('tells the session, its key and its times', async () => {
    const brain = new Brain();
    const { connected } = await brain.join(alice, 'a', { remote: '10.0.0.4' });
    expect(connected).toMatchObject({
      session: 5 * 2 ** 32 + 1,
      epoch: 1,
      resumed: false,
      heartbeatMs: 2000,
      evictAfterMs: 12_000,
      time: brain.clock.wall(),
      address: '10.0.0.4',
      reach: { reachable: true },
    });
    expect(connected.heartbeatKey).toEqual(brain.keys.get(connected.session));
    expect(brain.dialled).toEqual([{ address: '10.0.0.4', port: 4000, fingerprint: key('a') }]);
    expect(brain.detector.heard).toEqual([`join ${connected.session} 1`]);
  });

  it('lists the peer only once its port was reached', async () => {
    const brain = new Brain();
    const found = dialling(brain);
    const joining = brain.join(alice, 'a');
    await settle();
    const asker = brain.meet('b').caller;
    expect(await brain.users(asker)).toEqual([]);
    found({ reachable: true });
    expect((await joining).connected.reach).toEqual({ reachable: true });
    expect(await brain.users(asker)).toEqual(['alice']);
  });

  it('says why a peer is not listed, and keeps what it announces until it is', async () => {
    const brain = new Brain();
    brain.reach = () => unreachable;
    const peer = await brain.join(alice, 'a');
    expect(peer.connected.reach).toEqual(unreachable);
    await brain.announce(peer.caller, resource('one'), resource('two'));
    const asker = brain.meet('b').caller;
    expect(await brain.find(asker)).toEqual([]);

    brain.reach = () => ({ reachable: true });
    await brain.clock.wind(dialAgainSoonMs - 1);
    expect(await brain.find(asker)).toEqual([]);
    expect(peer.connection.told).toEqual([]);
    await brain.clock.wind(1);
    expect(await brain.find(asker)).toEqual(['one@alice', 'two@alice']);
    expect(peer.connection.told).toEqual([{ told: 'reach', reach: { reachable: true } }]);
  });

  it('that finds the peer out of reach again and again tells it once, and dials one at a time', async () => {
    const brain = new Brain();
    brain.reach = () => unreachable;
    const peer = await brain.join(alice, 'a');
    await brain.clock.wind(dialAgainSoonMs);
    expect(brain.dialled).toHaveLength(2);
    await brain.clock.wind(2 * dialAgainMs - 1);
    expect(brain.dialled).toHaveLength(3);
    await brain.clock.wind(1);
    expect(brain.dialled).toHaveLength(4);
    expect(peer.connection.told).toEqual([]);
  });

  it('is answered when the dial-back takes too long, and the finding is told later', async () => {
    const brain = new Brain();
    const found = dialling(brain);
    const joining = brain.join(alice, 'a');
    await brain.clock.wind(registrationWaitMs);
    const peer = await joining;
    expect(peer.connected.reach.reachable).toBe(false);
    found({ reachable: true });
    await settle();
    expect(peer.connection.told).toEqual([{ told: 'reach', reach: { reachable: true } }]);
    expect(await brain.users(peer.caller)).toEqual(['alice']);
  });

  it('forgets a withdrawn resource that was waiting for the peer to be reached', async () => {
    const brain = new Brain();
    brain.reach = () => unreachable;
    const { caller } = await brain.join(alice, 'a');
    await brain.announce(caller, resource('one'), resource('two'));
    await brain.tracker.ask(caller, { command: 'withdraw', names: [resource('one').name] });
    brain.reach = () => ({ reachable: true });
    await brain.clock.wind(dialAgainMs);
    expect(await brain.find(caller)).toEqual(['two@alice']);
  });

  it('without a port acts as the user, is not dialled, not watched and not listed', async () => {
    const brain = new Brain();
    const { caller, connected } = await brain.join(alice, 'a', { port: 'none' });
    expect(connected.reach.reachable).toBe(false);
    expect(brain.dialled).toEqual([]);
    expect(brain.detector.heard).toEqual([`leave ${connected.session}`]);
    expect(await brain.users(caller)).toEqual([]);
    expect((await failure(brain.announce(caller, resource('one')))).code).toBe('refused');
    brain.tracker.closed(caller);
    expect(brain.keys.size).toBe(0);
  });

  it('without a name is dialled back and watched, and never listed', async () => {
    const brain = new Brain();
    const { caller } = brain.meet('a');
    const connect = { command: 'connect', instance: instanceId('a'.repeat(32)), port: 4000, agent: '' } as const;
    const connected = await brain.tracker.ask(caller, connect);
    expect(connected.reach).toEqual({ reachable: true });
    expect(brain.detector.heard).toEqual([`join ${connected.session} 1`]);
    expect(await brain.users(caller)).toEqual([]);
    expect((await failure(brain.announce(caller, resource('one')))).code).toBe('refused');
  });

  it('past the limit of sessions is refused with the limit named', async () => {
    const brain = new Brain({ maxSessions: 1 });
    await brain.join(alice, 'a');
    const { code, message } = await failure(brain.join(bob, 'b'));
    expect(code).toBe('limit');
    expect(message).toContain('1 sessions');
  });

  it('whose connection closes meanwhile leaves no session behind', async () => {
    const brain = new Brain();
    const on = brain.meet('a');
    const joining = brain.join(alice, 'a', { on });
    brain.tracker.closed(on.caller);
    expect((await failure(joining)).code).toBe('interrupted');
    expect(brain.keys.size).toBe(0);
  });
});

describe('a registration of the same instance', () => {
  it('takes the session over: same id, next epoch, new key, old connection closed, nothing off the list', async () => {
    const brain = new Brain();
    const first = await brain.join(alice, 'a');
    await brain.announce(first.caller, resource('one'));
    const watcher = brain.meet('b');
    await brain.tracker.ask(watcher.caller, { command: 'subscribe' });

    const second = await brain.join(alice, 'a');
    expect(second.connected).toMatchObject({ session: first.connected.session, epoch: 2, resumed: true });
    expect(second.connected.heartbeatKey).not.toEqual(first.connected.heartbeatKey);
    expect(second.connected.heartbeatKey).toEqual(brain.keys.get(second.connected.session));
    expect(first.connection.dropped).toBe(true);
    expect(second.connection.dropped).toBe(false);
    expect(brain.dialled).toHaveLength(1);
    expect(await brain.find(watcher.caller)).toEqual(['one@alice']);
    await brain.clock.wind(1000);
    expect(watcher.connection.changes).toEqual([]);

    brain.tracker.closed(first.caller);
    expect(brain.detector.heard.filter((what) => what.startsWith('closed'))).toEqual([]);
  });

  it('on the same connection does not close it', async () => {
    const brain = new Brain();
    const on = brain.meet('a');
    await brain.join(alice, 'a', { on });
    const { connected } = await brain.join(alice, 'a', { on });
    expect(connected.epoch).toBe(2);
    expect(on.connection.dropped).toBe(false);
  });

  it('from another address is dialled there, moves on the list, and keeps what it shares', async () => {
    const brain = new Brain();
    const first = await brain.join(alice, 'a', { remote: '10.0.0.4' });
    await brain.announce(first.caller, resource('one'));
    const watcher = brain.meet('b');
    await brain.tracker.ask(watcher.caller, { command: 'subscribe' });
    await brain.join(alice, 'a', { remote: '10.0.0.5' });
    const { rows } = await brain.tracker.ask(watcher.caller, { command: 'find' });
    expect(rows.map(({ name, address }) => ({ name, address }))).toEqual([{ name: 'one', address: '10.0.0.5' }]);
    await brain.clock.wind(1000);
    expect(watcher.connection.changes).toEqual([
      {
        told: 'changes',
        missed: 1,
        changes: [
          { change: 'left', user: 'alice', address: '10.0.0.4', port: 4000, why: 'moved to another address' },
          { change: 'joined', user: 'alice', address: '10.0.0.5', port: 4000 },
        ],
      },
    ]);
  });

  it('from an address where it cannot be reached is off the list, with what it shares kept', async () => {
    const brain = new Brain();
    const first = await brain.join(alice, 'a', { remote: '10.0.0.4' });
    await brain.announce(first.caller, resource('one'));
    brain.reach = () => unreachable;
    const second = await brain.join(alice, 'a', { remote: '10.0.0.5' });
    expect(second.connected.reach).toEqual(unreachable);
    expect(await brain.find(second.caller)).toEqual([]);
    brain.reach = () => ({ reachable: true });
    await brain.clock.wind(dialAgainMs);
    expect(await brain.find(second.caller)).toEqual(['one@alice']);
  });

  it('under another key is another session', async () => {
    const brain = new Brain();
    const first = await brain.join(alice, 'a', { instance: '1' });
    const second = await brain.join(bob, 'b', { instance: '1' });
    expect(second.connected.session).not.toBe(first.connected.session);
    expect(first.connection.dropped).toBe(false);
  });

  it('under another name of the key ends the session of the first', async () => {
    const brain = new Brain();
    const on = brain.meet('a');
    const first = await brain.join(alice, 'a', { on });
    const second = await brain.join(bob, 'a', { on });
    expect(second.connected.session).not.toBe(first.connected.session);
    expect(await brain.users(on.caller)).toEqual(['bob']);
  });

  it('while the first is still being dialled leaves the first connection without a session', async () => {
    const brain = new Brain();
    const aborted: boolean[] = [];
    brain.reach = (_, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted.push(true);
          resolve(unreachable);
        });
      });
    const first = brain.join(alice, 'a');
    await settle();
    brain.reach = () => ({ reachable: true });
    const second = await brain.join(alice, 'a');
    expect((await failure(first)).code).toBe('interrupted');
    expect(aborted).toEqual([true]);
    expect(second.connected).toMatchObject({ epoch: 2, resumed: true, reach: { reachable: true } });
    expect(await brain.users(second.caller)).toEqual(['alice']);
  });
});

describe('the end of a session', () => {
  it('comes with a goodbye at once, and closes the connection after the answer', async () => {
    const brain = new Brain();
    const peer = await brain.join(alice, 'a');
    await brain.announce(peer.caller, resource('one'));
    await brain.tracker.ask(peer.caller, { command: 'disconnect' });
    const asker = brain.meet('b').caller;
    expect(await brain.users(asker)).toEqual([]);
    expect(await brain.find(asker)).toEqual([]);
    expect(peer.connection.ended).toEqual({ reason: undefined });
    expect(brain.detector.heard.at(-1)).toBe(`leave ${peer.connected.session}`);
  });

  it('stops the dialling of its port', async () => {
    const brain = new Brain();
    brain.reach = () => unreachable;
    const peer = await brain.join(alice, 'a');
    await brain.tracker.ask(peer.caller, { command: 'disconnect' });
    expect(brain.clock.waiting).toBe(0);
  });

  it('is not the end of another session of the same key', async () => {
    const brain = new Brain();
    const first = await brain.join(alice, 'a', { instance: '1' });
    await brain.join(alice, 'a', { instance: '2', port: 4001 });
    await brain.tracker.ask(first.caller, { command: 'disconnect' });
    expect(await brain.users(brain.meet('b').caller)).toEqual(['alice']);
  });
});
