import { X509Certificate } from 'node:crypto';
import { importSPKI, jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import type { Choice } from '../../../src/base/roll.ts';
import { loadIdentity } from '../../../src/net/identity/identity.ts';
import { trackerMethods } from '../../../src/net/wire/controlSchemas.ts';
import { linkTicketType, ticketType } from '../../../src/net/wire/ticket.ts';
import { idleMs, ownersGatherMs, ownersMs, sweepMs } from '../../../src/server/limits.ts';
import { settle } from '../../support/fakeClock.ts';
import { resource } from '../support/brain.ts';
import { type Client, Lan } from '../support/native.ts';

const film = resource('film');

/** alice shares the film, and a peer without a name has pieces of it. */
async function swarm(lan: Lan): Promise<{ asker: Client; partial: Client }> {
  const owner = await lan.connect('alice', '192.168.1.20');
  await owner.serve(4000);
  await owner.register('alice', { peerPort: 4000 });
  await owner.ask('announce', { resources: [film] });
  const partial = await lan.connect('bob', '192.168.1.30');
  await partial.serve(4001);
  await partial.ask('register', { instance: '0'.repeat(32), agent: 'test 1', peerPort: 4001 });
  expect((await partial.ask('partial', { ids: [film.id] })).result).toEqual({});
  return { asker: await lan.connect('carol', '192.168.1.40'), partial };
}

async function locate(asker: Client, more: object = {}): Promise<Choice[]> {
  const { result } = await asker.ask('locate', { id: film.id, ...more });
  return trackerMethods.locate.result.parse(result).choices;
}

it('a peer without a name that is killed is a partial owner no more within a second, and who watches is told', async () => {
  await using lan = await Lan.open();
  const { asker, partial } = await swarm(lan);
  expect((await asker.ask('watch', { ids: [film.id] })).result).toEqual({});
  const [before] = await locate(asker);
  expect(before?.partial).toMatchObject([
    { address: '192.168.1.30', port: 4001, fingerprint: partial.identity.fingerprint },
  ]);
  lan.network.kill('192.168.1.30');
  await settle();
  const [after] = await locate(asker);
  expect([after?.owners.length, after?.partial]).toEqual([1, []]);
  await lan.clock.wind(ownersMs);
  expect(asker.notices('owners').map(({ params }) => params)).toEqual([{ id: film.id }]);
});

it('a partial owner that is silent on both channels is gone for good after the allowance of any peer', async () => {
  await using lan = await Lan.open();
  const { asker } = await swarm(lan);
  await asker.ask('ping');
  lan.network.cut('192.168.1.30');
  await lan.clock.wind(5000);
  expect((await locate(asker))[0]?.partial.length).toBe(1);
  await lan.clock.wind(2000);
  expect((await locate(asker))[0]?.partial.length).toBe(0);
  await lan.clock.wind(6000);
  const evicted = lan.logged.filter(({ message, fields }) => message === 'left' && fields['port'] === 4001);
  expect(evicted.length).toBe(1);
});

it('who watches and is silent is asked for a sign of life, and ended only without one', async () => {
  await using lan = await Lan.open();
  const asker = await lan.connect('carol');
  await asker.ask('watch', { ids: [film.id] });
  await lan.clock.wind(idleMs + sweepMs);
  expect(asker.lines.at(-1)?.method).toBe('probe');
  expect(asker.closed).toBe(false);
});

it('the tickets of owners, partial owners and links are signed by the tracker, and say for whom', async () => {
  await using lan = await Lan.open();
  const { asker } = await swarm(lan);
  const tracker = await loadIdentity(lan.folder);
  const spki = new X509Certificate(tracker.certificate).publicKey.export({ type: 'spki', format: 'pem' });
  const key = await importSPKI(String(spki), 'ES256');
  const claimed = async (ticket: string | undefined, typ: string) =>
    (await jwtVerify(ticket ?? '', key, { typ, currentDate: new Date(lan.clock.wall()) })).payload;
  const [plain] = await locate(asker);
  const [link] = await locate(asker, { linkSeconds: 600 });
  const cnf = { 'x5t#S256': Buffer.from(asker.identity.fingerprint, 'hex').toString('base64url') };
  expect(await claimed(plain?.partial[0]?.ticket, ticketType)).toMatchObject({
    aud: plain?.partial[0]?.fingerprint,
    cid: film.id,
    cnf,
  });
  const issued = Math.floor(lan.clock.wall() / 1000);
  expect(await claimed(link?.owners[0]?.ticket, linkTicketType)).toEqual({
    iss: tracker.fingerprint,
    aud: link?.owners[0]?.fingerprint,
    cid: film.id,
    iat: issued,
    exp: issued + 600,
  });
  expect(link?.partial).toEqual([]);
});

it('a notice is the same bytes for all, and comes after what was answered before', async () => {
  await using lan = await Lan.open();
  const { asker, partial } = await swarm(lan);
  await asker.ask('watch', { ids: [film.id] });
  await partial.ask('partial', { ids: [] });
  await lan.clock.wind(ownersGatherMs);
  expect(asker.lines.at(-1)).toEqual({ jsonrpc: '2.0', method: 'owners', params: { id: film.id } });
});
