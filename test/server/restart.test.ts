import { describe, expect, it } from 'vitest';
import { Lan } from './support/native.ts';

describe('a tracker that is started again in its folder', () => {
  it('has the same key, still knows whose a name is, and gives no session id twice', async () => {
    await using lan = await Lan.open();
    const { fingerprint } = lan.tracker;
    const before = await lan.connect('alice');
    const first = (await before.register('alice')).result;
    await lan.restart();
    expect(lan.tracker.fingerprint).toBe(fingerprint);
    expect(before.closed).toBe(true);
    expect(before.notices('ended')).toEqual([]);

    const thief = await lan.connect('eve');
    expect((await thief.register('alice')).error?.data?.name).toBe('name-taken');
    const after = await lan.connect('alice');
    const second = (await after.register('alice')).result;
    expect(second?.['session']).not.toBe(first?.['session']);
    expect(second?.['resumed']).toBe(false);
  });

  it('leaves no timer behind when it closes', async () => {
    const lan = await Lan.open();
    const peer = await lan.connect('alice');
    await peer.register('alice', { peerPort: 4000 });
    await peer.ask('subscribe');
    await lan[Symbol.asyncDispose]();
    await lan.clock.wind(60_000);
    expect(lan.clock.waiting).toBe(0);
  });

  it('refuses a folder that another tracker is using', async () => {
    await using lan = await Lan.open();
    const second = Lan.open({ dataFolder: lan.folder });
    await expect(second).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('another tracker') });
  });

  it('opens the same number for TCP and UDP, and says which', async () => {
    await using lan = await Lan.open({ port: 0 });
    expect(lan.tracker.at.port).toBeGreaterThan(0);
    const receive = (): void => {};
    const bind = lan.network.at('192.168.1.1').bind({ host: '192.168.1.1', port: lan.tracker.at.port }, receive);
    await expect(bind).rejects.toMatchObject({ code: 'usage' });
  });
});
