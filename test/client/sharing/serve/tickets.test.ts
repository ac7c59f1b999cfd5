import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { contentId } from '../../../../src/base/ids.ts';
import { ticketBytes } from '../../../../src/client/sharing/limits.ts';
import { type CheckTicket, ticketCheck } from '../../../../src/client/sharing/serve/tickets.ts';
import { countedLinkTicketType, linkTicketType, ticketType } from '../../../../src/net/wire/ticket.ts';
import { FakeClock } from '../../../support/fakeClock.ts';
import { fingerprintOf, TicketOffice, type WrongTicket } from '../support.ts';

const cid = contentId('ab'.repeat(32));
const [alice, bob, mallory] = [fingerprintOf('alice'), fingerprintOf('bob'), fingerprintOf('mallory')];
let clock: FakeClock;
let office: TicketOffice;
let check: CheckTicket;

beforeEach(() => {
  clock = new FakeClock();
  office = new TicketOffice(clock);
  check = ticketCheck(alice, office.issuer(), clock);
});

/** When a ticket of this second ends. */
const endsOf = (at: FakeClock): number => (Math.floor(at.wall() / 1000) + 3600) * 1000;

const foreignKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

describe('a ticket', () => {
  it('is good for its content, at its owner, for its fetcher', async () => {
    expect(await check(await office.ticket(cid), bob)).toEqual({ content: cid });
  });

  it.each<[string, WrongTicket, RegExp]>([
    ['signed by another key', { key: foreignKey }, /not signed by the tracker/],
    ['from another tracker', { issuer: mallory }, /another tracker/],
    ['for another owner', { owner: mallory }, /another owner/],
    ['for another key', { fetcher: mallory }, /another key/],
    ['of another type', { typ: 'JWT' }, /not a ticket/],
    ['that expired', { issuedIn: -3661 }, /expired/],
  ])('%s is refused', async (_, wrong, why) => {
    expect(await check(await office.ticket(cid, wrong), bob)).toEqual({ refusal: expect.stringMatching(why) });
  });

  it('is refused to somebody without a certificate', async () => {
    expect(await check(await office.ticket(cid), undefined)).toHaveProperty('refusal');
  });

  it('of a link is good for anybody, and for nothing else than its content at its owner', async () => {
    const link = await office.link(cid);
    for (const caller of [undefined, bob, mallory])
      expect(await check(link, caller)).toEqual({ content: cid, link: { ends: endsOf(clock), plain: false } });
    const elsewhere = await office.link(cid, { owner: mallory });
    expect(await check(elsewhere, undefined)).toEqual({ refusal: expect.stringMatching(/another owner/) });
    expect(await check(await office.link(cid, { issuedIn: -3661 }), undefined)).toHaveProperty('refusal');
    expect(await check(await office.link(cid, { key: foreignKey }), undefined)).toHaveProperty('refusal');
  });

  it('of a link may be for plain HTTP, or for so many downloads until it ends by our clock', async () => {
    expect(await check(await office.link(cid, { claims: { plain: true } }), undefined)).toEqual({
      content: cid,
      link: { ends: endsOf(clock), plain: true },
    });
    const behind = ticketCheck(alice, office.issuer(2500), clock);
    const ends = endsOf(clock) - 2500;
    expect(await behind(await office.counted(cid, 3), undefined)).toEqual({
      content: cid,
      link: { ends, plain: false, counted: { id: office.jti, uses: 3, ends } },
    });
  });

  it('of a counted link does not pass for one without an end, nor that for it', async () => {
    const unlimited = await office.counted(cid, 3, { typ: linkTicketType });
    expect(await check(unlimited, undefined)).toHaveProperty('refusal');
    expect(await check(await office.link(cid, { typ: countedLinkTicketType }), undefined)).toHaveProperty('refusal');
  });

  it('that is bound to a key does not pass for a link, nor a link for one that is', async () => {
    const bound = await office.ticket(cid, { typ: linkTicketType });
    expect(await check(bound, bob)).toHaveProperty('refusal');
    expect(await check(await office.link(cid, { typ: ticketType }), bob)).toHaveProperty('refusal');
  });

  it.each(['', 'x', 'a.b.c', '..', 'x'.repeat(ticketBytes + 1)])('that is no token is refused', async (text) => {
    expect(await check(text, bob)).toHaveProperty('refusal');
  });

  it('without a signature is refused', async () => {
    const unsigned = new UnsecuredJWT({ cid }).setIssuer(office.fingerprint).setAudience(alice).encode();
    expect(await check(unsigned, bob)).toHaveProperty('refusal');
  });

  it('with a symmetric signature by the public key is refused', async () => {
    const forged = await new SignJWT({ cid, cnf: { 'x5t#S256': Buffer.from(bob, 'hex').toString('base64url') } })
      .setProtectedHeader({ alg: 'HS256', typ: ticketType })
      .setIssuer(office.fingerprint)
      .setAudience(alice)
      .setIssuedAt(clock.wall() / 1000)
      .setExpirationTime(clock.wall() / 1000 + 3600)
      .sign(office.publicKey);
    expect(await check(forged, bob)).toHaveProperty('refusal');
  });

  it.each(['not an id', 'AB'.repeat(32), ''])('for "%s" instead of a content id is refused', async (bad) => {
    expect(await check(await office.ticket(bad), bob)).toHaveProperty('refusal');
  });

  it('with one character changed is refused', async () => {
    const ticket = await office.ticket(cid);
    const at = ticket.indexOf('.') + 10;
    const changed = ticket.slice(0, at) + (ticket[at] === 'A' ? 'B' : 'A') + ticket.slice(at + 1);
    expect(await check(changed, bob)).toHaveProperty('refusal');
  });

  it('is good until 60 s after its end, and not a second longer, first seen or known', async () => {
    const [known, fresh] = [await office.ticket(cid), await office.ticket(cid)];
    expect(await check(known, bob)).toHaveProperty('content');
    await clock.wind(3659_999);
    expect(await check(known, bob)).toHaveProperty('content');
    expect(await check(fresh, bob)).toHaveProperty('content');
    await clock.wind(1);
    expect(await check(known, bob)).toEqual({ refusal: expect.stringMatching(/expired/) });
    expect(await ticketCheck(alice, office.issuer(), clock)(fresh, bob)).toHaveProperty('refusal');
  });

  it('of a link is good until its end, and not a millisecond longer, first seen or known', async () => {
    const [known, fresh] = [await office.link(cid), await office.link(cid)];
    expect(await check(known, undefined)).toHaveProperty('content');
    await clock.wind(3_599_999);
    expect(await check(known, undefined)).toHaveProperty('content');
    expect(await check(await office.link(cid, { issuedIn: -3599 }), undefined)).toHaveProperty('content');
    await clock.wind(1);
    for (const link of [known, fresh]) {
      expect(await check(link, undefined)).toEqual({ refusal: expect.stringMatching(/expired/) });
    }
  });

  it("is judged by the tracker's clock", async () => {
    const ahead = await office.ticket(cid, { issuedIn: -7200 });
    expect(await check(ahead, bob)).toHaveProperty('refusal');
    expect(await ticketCheck(alice, office.issuer(-7_200_000), clock)(ahead, bob)).toHaveProperty('content');
  });

  it('that is known is still for its fetcher alone', async () => {
    const ticket = await office.ticket(cid);
    await check(ticket, bob);
    expect(await check(ticket, mallory)).toEqual({ refusal: expect.stringMatching(/another key/) });
  });

  it('that is known is refused once another tracker is joined', async () => {
    const other = new TicketOffice(clock);
    let current = office;
    const changing = ticketCheck(alice, () => current.issuer()(), clock);
    const ticket = await office.ticket(cid);
    expect(await changing(ticket, bob)).toHaveProperty('content');
    current = other;
    expect(await changing(ticket, bob)).toEqual({ refusal: expect.stringMatching(/not signed/) });
    expect(await changing(await other.ticket(cid), bob)).toHaveProperty('content');
  });

  it('is refused while no tracker was ever joined', async () => {
    expect(await ticketCheck(alice, () => undefined, clock)(await office.ticket(cid), bob)).toHaveProperty('refusal');
  });
});
