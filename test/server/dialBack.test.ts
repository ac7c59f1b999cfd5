import { describe, expect, it } from 'vitest';
import type { HttpConnection, Transport } from '../../src/net/transport/transport.ts';
import { createDialBack } from '../../src/server/dialBack.ts';
import { dialBackMs, maxDialBacksPerAddress } from '../../src/server/limits.ts';
import { FakeClock, settle } from '../support/fakeClock.ts';
import { identityOf } from '../support/identities.ts';
import { key } from './support/brain.ts';

/** A transport whose dials hang until they are let go or aborted. */
function hanging(): { transport: Pick<Transport, 'dialHttp'>; open: (() => void)[]; closed: () => number } {
  const open: (() => void)[] = [];
  let closed = 0;
  const connection: HttpConnection = {
    fingerprint: key('a'),
    publicKey: new Uint8Array(),
    request: () => Promise.reject(new Error('nothing is asked')),
    [Symbol.asyncDispose]: async () => {
      closed += 1;
    },
  };
  return {
    open,
    closed: () => closed,
    transport: {
      dialHttp: (_, { signal }) =>
        new Promise((resolve, reject) => {
          if (signal.aborted) return reject(signal.reason);
          open.push(() => resolve(connection));
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    },
  };
}

const peer = { address: '10.0.0.4', port: 4000, fingerprint: key('a') };
const never = (): AbortSignal => new AbortController().signal;

describe('dialling back', () => {
  it('finds a peer whose port answers, and closes the connection', async () => {
    const clock = new FakeClock();
    const { transport, open, closed } = hanging();
    const dialBack = createDialBack(transport, await identityOf('tracker'), clock);
    const found = dialBack(peer, never());
    await settle();
    open[0]?.();
    expect(await found).toEqual({ reachable: true });
    expect(closed()).toBe(1);
    expect(clock.waiting).toBe(0);
  });

  it('gives up after its time, and not before', async () => {
    const clock = new FakeClock();
    const dialBack = createDialBack(hanging().transport, await identityOf('tracker'), clock);
    let found: unknown;
    void dialBack(peer, never()).then((reach) => {
      found = reach;
    });
    await clock.wind(dialBackMs - 1);
    expect(found).toBeUndefined();
    await clock.wind(1);
    expect(found).toMatchObject({ reachable: false, reason: expect.stringContaining('10.0.0.4, TCP port 4000') });
  });

  it('gives up when it is aborted', async () => {
    const clock = new FakeClock();
    const dialBack = createDialBack(hanging().transport, await identityOf('tracker'), clock);
    const stop = new AbortController();
    const found = dialBack(peer, stop.signal);
    await settle();
    stop.abort(new Error('the session ended'));
    expect((await found).reachable).toBe(false);
    expect(clock.waiting).toBe(0);
  });

  it('of many at once waits in line, and each gets its whole time', async () => {
    const clock = new FakeClock();
    const { transport, open } = hanging();
    const dialBack = createDialBack(transport, await identityOf('tracker'), clock);
    const all = Array.from({ length: maxDialBacksPerAddress + 5 }, () => dialBack(peer, never()));
    await settle();
    expect(open).toHaveLength(maxDialBacksPerAddress);
    await clock.wind(dialBackMs);
    expect(open).toHaveLength(maxDialBacksPerAddress + 5);
    for (const answer of open) answer();
    const found = await Promise.all(all);
    expect(found.filter(({ reachable }) => reachable)).toHaveLength(5);
  });

  it('of a crowd that cannot be reached does not keep another address waiting', async () => {
    const clock = new FakeClock();
    const { transport, open } = hanging();
    const dialBack = createDialBack(transport, await identityOf('tracker'), clock);
    for (let count = 0; count < 1000; count++) void dialBack(peer, never());
    const found = dialBack({ ...peer, address: '10.0.0.5' }, never());
    await settle();
    open.at(-1)?.();
    expect(await found).toEqual({ reachable: true });
  });
});
