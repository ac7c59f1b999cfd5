import { describe, expect, it } from 'vitest';
import { settle } from '../../support/fakeClock.ts';
import { alice, Brain, bob, resource } from '../support/brain.ts';

describe('what the detector decides', () => {
  it('shows a suspect as one, still listed and last, and a revived peer as alive', async () => {
    const brain = new Brain();
    const { connected } = await brain.join(alice, 'a');
    const other = await brain.join(bob, 'b', { port: 4001 });
    await brain.perform({ effect: 'suspect', session: connected.session, why: 'silent' });
    expect(await brain.users(other.caller)).toEqual(['bob', 'alice (suspect)']);
    await brain.perform({ effect: 'revive', session: connected.session, why: 'heard' });
    expect(await brain.users(other.caller)).toEqual(['alice', 'bob']);
  });

  it('takes an evicted peer off with all that it shares, and cuts its connection', async () => {
    const brain = new Brain();
    const peer = await brain.join(alice, 'a');
    await brain.announce(peer.caller, resource('one'));
    await brain.perform({ effect: 'evict', session: peer.connected.session, reason: 'silent', why: 'silent for 12 s' });
    const asker = brain.meet('f').caller;
    expect(await brain.users(asker)).toEqual([]);
    expect(await brain.find(asker)).toEqual([]);
    expect(peer.connection.dropped).toBe(true);
    expect(peer.connection.ended).toBeUndefined();
    expect(brain.keys.size).toBe(0);
    expect(brain.logged.at(-1)).toMatchObject({ message: 'left', fields: { user: 'alice', why: 'silent for 12 s' } });
  });

  it('probes on both channels, pings on the connection, and resyncs by datagram', async () => {
    const brain = new Brain();
    const { connected, connection } = await brain.join(alice, 'a');
    const { session } = connected;
    await brain.perform({ effect: 'probe', session });
    expect([connection.probes, brain.datagrams]).toEqual([1, [`probe ${session}`]]);
    await brain.perform({ effect: 'ping', session });
    expect([connection.probes, brain.datagrams.length]).toEqual([2, 1]);
    await brain.perform({ effect: 'resync', session });
    expect(brain.datagrams.at(-1)).toBe(`resync ${session}`);
  });

  it('shows whose datagrams are blocked, and logs why', async () => {
    const brain = new Brain();
    const { connected, caller } = await brain.join(alice, 'a');
    await brain.perform({ effect: 'udp', session: connected.session, udp: 'blocked', why: 'no heartbeat for 6.0 s' });
    const { rows } = await brain.tracker.ask(caller, { command: 'users' });
    expect(rows[0]?.udp).toBe('blocked');
    expect(brain.logged.at(-1)).toMatchObject({
      level: 'info',
      message: 'heartbeat datagrams',
      fields: { user: alice, udp: 'blocked', why: 'no heartbeat for 6.0 s' },
    });
  });

  it('of a session that is gone does nothing', async () => {
    const brain = new Brain();
    const { connected, caller } = await brain.join(alice, 'a');
    await brain.tracker.ask(caller, { command: 'disconnect' });
    await brain.perform({ effect: 'suspect', session: connected.session, why: 'silent' });
    expect(await brain.users(caller)).toEqual([]);
  });

  it('is logged as a warning where nobody is evicted for a while', async () => {
    const brain = new Brain();
    await brain.perform({ effect: 'freeze', untilMs: 24_000, why: 'many fell silent' });
    expect(brain.logged).toEqual([
      {
        level: 'warn',
        message: 'nobody is evicted for a while',
        fields: { forMs: 24_000, why: 'many fell silent' },
      },
    ]);
  });
});

describe('the detector is told', () => {
  it('of bytes on the present connection, under its epoch', async () => {
    const brain = new Brain();
    const first = await brain.join(alice, 'a');
    const second = await brain.join(alice, 'a');
    brain.detector.heard.length = 0;
    brain.tracker.heard(first.caller);
    brain.tracker.heard(second.caller);
    brain.tracker.heard(brain.meet('f').caller);
    expect(brain.detector.heard).toEqual([`stream ${first.connected.session} 2`]);
  });

  it('of the close of the present connection, and its effects follow', async () => {
    const brain = new Brain();
    const { caller, connected } = await brain.join(alice, 'a');
    brain.detector.next = [{ effect: 'suspect', session: connected.session, why: 'its control connection closed' }];
    brain.tracker.closed(caller);
    await settle();
    expect(brain.detector.heard.at(-1)).toBe(`closed ${connected.session} 1`);
    expect(await brain.users(brain.meet('f').caller)).toEqual(['alice (suspect)']);
  });

  it('of a report, by the address that the reporter was shown', async () => {
    const brain = new Brain();
    const { connected } = await brain.join(alice, 'a', { remote: '127.0.0.1', local: '127.0.0.1' });
    await brain.join(bob, 'b', { remote: '10.0.0.4' });
    brain.detector.heard.length = 0;
    const { caller } = brain.meet('f', '192.168.1.7', '192.168.1.1');
    await brain.tracker.ask(caller, { command: 'report', address: '192.168.1.1', port: 4000 });
    await brain.tracker.ask(caller, { command: 'report', address: '192.168.1.1', port: 4001 });
    await brain.tracker.ask(caller, { command: 'report', address: '127.0.0.1', port: 4000 });
    expect(brain.detector.heard).toEqual([`reported ${connected.session}`]);
  });

  it('nothing once the tracker closes, so that nobody is taken off for it', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a');
    brain.detector.heard.length = 0;
    brain.tracker[Symbol.dispose]();
    brain.tracker.closed(caller);
    expect(brain.detector.heard).toEqual([]);
    expect(brain.clock.waiting).toBe(0);
  });
});
