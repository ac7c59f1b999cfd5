import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import type { DaemonEvent } from '../../../src/client/daemon/daemon.ts';
import { settle } from '../../support/fakeClock.ts';
import { eventually, scene } from './fakes.ts';

const states = (events: readonly DaemonEvent[]): string[] =>
  events.flatMap((event) => (event.event === 'connection' ? [event.connection.state] : []));
const to = (server: string, user = 'Ann') => ({ server, user });

/** Hangs until it is given up. */
const never = (signal: AbortSignal): Promise<void> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('a connection', () => {
  it('is offline, connecting, online and offline again', async () => {
    const s = await scene();
    expect(s.daemon.connection).toEqual({ state: 'offline' });
    await s.daemon.connect({ server: 'LAB', user: 'Ann', peerPort: 5000 });
    expect(s.daemon.connection).toEqual({
      state: 'online',
      server: 'lab:7450',
      user: 'Ann',
      fingerprint: 'cd'.repeat(32),
      port: 5000,
      reachable: true,
      reason: undefined,
      since: s.clock.wall(),
    });
    expect(s.newest().options).toMatchObject({ server: { host: 'LAB', port: 7450 }, user: 'Ann', peerPort: 5000 });
    await s.daemon.disconnect();
    expect([s.daemon.connection, s.newest().disposed]).toEqual([{ state: 'offline' }, true]);
    expect(states(s.events)).toEqual(['connecting', 'online', 'offline']);
  });

  it('leaves one tracker before it joins another', async () => {
    const s = await scene();
    await s.daemon.connect(to('one'));
    await s.daemon.connect(to('two'));
    expect(s.participants.map(({ disposed }) => disposed)).toEqual([true, false]);
    expect(s.daemon.connection).toMatchObject({ state: 'online', server: 'two:7450' });
  });

  it('takes the newest of several that are asked for at once, and gives the others up', async () => {
    const s = await scene();
    s.joining.wait = never;
    const first = s.daemon.connect(to('one'));
    await settle();
    const second = s.daemon.connect(to('two'));
    const third = s.daemon.connect(to('three'));
    s.joining.wait = async () => {};
    await expect(first).rejects.toMatchObject({ code: 'interrupted' });
    await expect(second).rejects.toMatchObject({ code: 'interrupted' });
    await third;
    expect(s.daemon.connection).toMatchObject({ state: 'online', server: 'three:7450' });
    expect(s.participants.filter(({ disposed }) => !disposed).length - 1).toBe(1);
  });

  it('gives up a joining when it is told to disconnect, and leaves nothing open', async () => {
    const s = await scene();
    s.joining.wait = never;
    const joining = s.daemon.connect(to('one'));
    await settle();
    expect(s.daemon.connection.state).toBe('connecting');
    await Promise.all([s.daemon.disconnect(), expect(joining).rejects.toMatchObject({ code: 'interrupted' })]);
    expect(s.daemon.connection).toEqual({ state: 'offline' });
  });

  it('disposes of what was opened too late', async () => {
    const s = await scene();
    let open = (): void => {};
    s.joining.wait = () =>
      new Promise((resolve) => {
        open = resolve;
      });
    const joining = s.daemon.connect(to('one'));
    await settle();
    const leaving = s.daemon.disconnect();
    open();
    await expect(joining).rejects.toMatchObject({ code: 'interrupted' });
    await leaving;
    expect(s.newest().disposed).toBe(true);
  });

  it('says with its code why it could not be made', async () => {
    const s = await scene();
    s.joining.wait = () => Promise.reject(new RollcallError('name-taken', 'Ann is somebody else'));
    await expect(s.daemon.connect(to('one'))).rejects.toMatchObject({ code: 'name-taken' });
    expect(s.daemon.connection).toEqual({
      state: 'offline',
      error: { code: 'name-taken', message: 'Ann is somebody else' },
    });
    s.joining.wait = async () => {};
    await s.daemon.connect(to('one'));
    expect(s.daemon.connection.state).toBe('online');
  });

  it.each([
    { server: 'a b', user: 'Ann' },
    { server: 'lab', user: '' },
    { server: 'lab', user: 'Ann', peerPort: 80 },
  ])('is refused for %o, and stays as it was', async (wrong) => {
    const s = await scene();
    await s.daemon.connect(to('one'));
    await expect(s.daemon.connect(wrong)).rejects.toMatchObject({ code: 'usage' });
    expect(s.daemon.connection).toMatchObject({ state: 'online', server: 'one:7450' });
    expect(s.newest().disposed).toBe(false);
  });

  it('tells when the tracker is away, when it is back, and when others cannot reach it', async () => {
    const s = await scene();
    await s.daemon.connect(to('one'));
    s.newest().tell({ event: 'lost', why: 'a cable', retryMs: 2000 });
    expect(s.daemon.connection).toEqual({
      state: 'lost',
      server: 'one:7450',
      user: 'Ann',
      port: 50_001,
      why: 'a cable',
      retryAt: s.clock.wall() + 2000,
    });
    s.newest().tell({ event: 'joined', again: true, reachable: true });
    s.newest().tell({ event: 'reach', reachable: false, reason: 'a firewall' });
    expect(s.daemon.connection).toMatchObject({ state: 'online', reachable: false, reason: 'a firewall' });
  });

  it('is offline with a reason once the tracker ended it for good', async () => {
    const s = await scene();
    await s.daemon.connect(to('one'));
    s.newest().tell({ event: 'ended', reason: 'the operator ended your session' });
    await eventually(() => s.daemon.connection.state === 'offline');
    expect(s.daemon.connection).toMatchObject({ error: { code: 'refused', message: /operator/ } });
    expect(s.newest().disposed).toBe(true);
    s.newest().tell({ event: 'lost', why: 'late', retryMs: 1 });
    expect(s.daemon.connection.state).toBe('offline');
  });

  it('is left when the daemon ends, and none is made afterwards', async () => {
    const s = await scene();
    await s.daemon.connect(to('one'));
    await s.daemon[Symbol.asyncDispose]();
    expect([s.newest().disposed, s.clock.waiting]).toEqual([true, 0]);
    await expect(s.daemon.connect(to('one'))).rejects.toMatchObject({ code: 'interrupted' });
  });
});
