import { createPublicKey } from 'node:crypto';
import { importSPKI, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { fingerprint, instanceId } from '../../src/base/ids.ts';
import { silentLog } from '../../src/base/log.ts';
import { resourceName, type UserName } from '../../src/base/names.ts';
import { join } from '../../src/client/session/join.ts';
import { findAll, locateAll, usersAll } from '../../src/client/session/roll.ts';
import type { Membership, Session, SessionEvent, SessionOptions } from '../../src/client/session/session.ts';
import { visit } from '../../src/client/session/visit.ts';
import { alice, bob, resource } from '../server/support/brain.ts';
import { Lan } from '../server/support/native.ts';
import { settle } from '../support/fakeClock.ts';
import { identityOf } from '../support/identities.ts';
import { seededRandom } from '../support/random.ts';

/** The tracker and the client's sessions, with nothing between them but a network in memory. */
async function options(lan: Lan, name: string, address: string): Promise<SessionOptions> {
  return {
    server: lan.tracker.at,
    identity: await identityOf(name),
    instance: instanceId(Buffer.from(name.padEnd(16, '.')).toString('hex')),
    agent: 'test 1',
    pins: { check: async () => 'same' },
    transport: lan.network.at(address),
    clock: lan.clock,
    log: silentLog,
    signal: new AbortController().signal,
  };
}

async function member(
  lan: Lan,
  user: UserName,
  address: string,
): Promise<{ session: Membership; events: SessionEvent[] }> {
  const events: SessionEvent[] = [];
  const base = await options(lan, user, address);
  await base.transport.serveHttp(
    { host: address, port: 4000 },
    { identity: base.identity, handle: async () => ({ status: 404, headers: new Map() }) },
  );
  const session = await join({
    ...base,
    user,
    peerPort: 4000,
    random: seededRandom(3),
    onEvent: (event) => void events.push(event),
  });
  return { session, events };
}

const rows = async <Row>(from: AsyncIterable<Row>): Promise<Row[]> => {
  const all: Row[] = [];
  for await (const row of from) all.push(row);
  return all;
};

/** Waits in turns of the event loop, not in time. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    if (await holds()) return;
    await settle();
  }
  throw new Error('it never came to that');
}

const names = async (session: Session): Promise<string[]> =>
  (await rows(findAll(session, {}))).map(({ name, owner }) => `${name}@${owner}`);

describe('a client and a tracker', () => {
  it('agree on who is here, what is shared, and whom a ticket is for', async () => {
    await using lan = await Lan.open();
    const peer = await member(lan, alice, '192.168.1.20');
    expect(peer.session.registered.reach).toEqual({ reachable: true });
    const shared = Array.from({ length: 230 }, (_, index) => resource(`file ${index}`));
    await peer.session.announce(shared);

    const base = await options(lan, bob, '192.168.1.30');
    await using visitor = await visit({ ...base, user: bob });
    expect((await names(visitor)).length).toBe(230);
    expect(await rows(usersAll(visitor))).toMatchObject([
      { user: 'alice', address: '192.168.1.20', port: 4000, resources: 230, state: 'alive' },
    ]);
    const [choice] = (await locateAll(visitor, { name: resourceName('file 7') })).choices;
    const [owner] = choice?.owners ?? [];
    if (owner === undefined) throw new Error('nobody has it');
    const key = createPublicKey({ key: Buffer.from(visitor.tracker.publicKey), format: 'der', type: 'spki' });
    const { payload } = await jwtVerify(
      owner.ticket,
      await importSPKI(String(key.export({ type: 'spki', format: 'pem' })), 'ES256'),
      { currentDate: new Date(lan.clock.wall()) },
    );
    expect(payload).toMatchObject({ iss: lan.tracker.fingerprint, aud: owner.fingerprint, cid: resource('file 7').id });
    const thumbprint = (payload['cnf'] as { 'x5t#S256': string })['x5t#S256'];
    expect(fingerprint(Buffer.from(thumbprint, 'base64url').toString('hex'))).toBe(base.identity.fingerprint);
    await peer.session[Symbol.asyncDispose]();
    expect(await names(visitor)).toEqual([]);
  });

  it('have the same roll again after the tracker was restarted', async () => {
    await using lan = await Lan.open();
    const peer = await member(lan, alice, '192.168.1.20');
    await peer.session.announce([resource('one')]);
    await lan.restart();
    await lan.clock.wind(10_000);
    await using visitor = await visit(await options(lan, bob, '192.168.1.30'));
    expect(await names(visitor)).toEqual(['one@alice']);
    expect(peer.events.map(({ event }) => event)).toContain('lost');
    await peer.session[Symbol.asyncDispose]();
  });

  it('keep a living peer on the roll for as long as it beats, and drop it when its cable is pulled', async () => {
    await using lan = await Lan.open();
    const peer = await member(lan, alice, '192.168.1.20');
    const seen = async (): Promise<string[]> => {
      await using visitor = await visit(await options(lan, bob, '192.168.1.30'));
      return (await rows(usersAll(visitor))).map(({ state }) => state);
    };
    await lan.clock.wind(120_000);
    expect(await seen()).toEqual(['alive']);
    lan.network.cut('192.168.1.20');
    await lan.clock.wind(9000);
    expect(await seen()).toEqual(['suspect']);
    await lan.clock.wind(3500);
    expect(await seen()).toEqual([]);
    lan.network.mend('192.168.1.20');
    await lan.clock.wind(60_000);
    expect(await seen()).toEqual(['alive']);
    await peer.session[Symbol.asyncDispose]();
  });

  it('part for good when the name is freed', async () => {
    await using lan = await Lan.open();
    const peer = await member(lan, alice, '192.168.1.20');
    await using holder = await visit(await options(lan, alice, '192.168.1.30'));
    await holder.call('unregister', { user: alice });
    await until(() => peer.events.some(({ event }) => event === 'ended'));
    expect(peer.events.at(-1)).toMatchObject({ event: 'ended', reason: expect.stringContaining('unregistered') });
    await lan.clock.wind(60_000);
    expect(await rows(usersAll(holder))).toEqual([]);
    await peer.session[Symbol.asyncDispose]();
  });
});
