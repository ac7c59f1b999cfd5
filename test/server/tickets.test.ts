import { X509Certificate } from 'node:crypto';
import { importSPKI, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { contentId } from '../../src/base/ids.ts';
import { countedLinkClaims, linkClaims, ticketClaims } from '../../src/net/wire/ticket.ts';
import { jsonBytes } from '../../src/server/brain/pages.ts';
import { partialOwnerBytes } from '../../src/server/limits.ts';
import { type LinkTerms, ticketIssuer } from '../../src/server/tickets.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { identityOf } from '../support/identities.ts';

const id = contentId('c'.repeat(64));

describe('a ticket', () => {
  it('is signed by the tracker for one content, one owner and one asker, for an hour', async () => {
    const [tracker, owner, asker] = await Promise.all(['tracker', 'owner', 'asker'].map(identityOf));
    if (tracker === undefined || owner === undefined || asker === undefined) throw new Error('no identities');
    const clock = new FakeClock();
    const tickets = ticketIssuer(tracker, clock);
    const ticket = tickets.issue(asker.fingerprint, owner.fingerprint, id);

    const spki = new X509Certificate(tracker.certificate).publicKey.export({ type: 'spki', format: 'pem' });
    const { payload, protectedHeader } = await jwtVerify(ticket, await importSPKI(String(spki), 'ES256'), {
      currentDate: new Date(clock.wall()),
    });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'rollcall-ticket+jwt' });
    const seconds = Math.floor(clock.wall() / 1000);
    const der = new X509Certificate(asker.certificate).raw;
    expect(ticketClaims.parse(payload)).toEqual({
      iss: tracker.fingerprint,
      aud: owner.fingerprint,
      cid: id,
      iat: seconds,
      exp: seconds + 3600,
      cnf: { 'x5t#S256': Buffer.from(await crypto.subtle.digest('SHA-256', der)).toString('base64url') },
    });
  });

  it('is not signed by anybody else', async () => {
    const [tracker, other] = await Promise.all(['tracker', 'other'].map(identityOf));
    if (tracker === undefined || other === undefined) throw new Error('no identities');
    const clock = new FakeClock();
    const tickets = ticketIssuer(other, clock);
    const ticket = tickets.issue(other.fingerprint, other.fingerprint, id);
    const spki = new X509Certificate(tracker.certificate).publicKey.export({ type: 'spki', format: 'pem' });
    const verified = jwtVerify(ticket, await importSPKI(String(spki), 'ES256'), {
      currentDate: new Date(clock.wall()),
    });
    await expect(verified).rejects.toThrow('signature verification failed');
  });
});

it('a partial owner with the longest address takes no more bytes than a page has for it', async () => {
  const { fingerprint } = await identityOf('tracker');
  const tickets = ticketIssuer(await identityOf('tracker'), new FakeClock());
  const ticket = tickets.issue(fingerprint, fingerprint, id);
  expect(jsonBytes({ address: 'x'.repeat(64), port: 65_535, fingerprint, ticket })).toBeLessThan(partialOwnerBytes);
});

describe("a link's ticket", () => {
  it('is signed by the tracker for one content and one owner, for as long as was asked, and bound to nobody', async () => {
    const [tracker, owner] = await Promise.all(['tracker', 'owner'].map(identityOf));
    if (tracker === undefined || owner === undefined) throw new Error('no identities');
    const clock = new FakeClock();
    const ticket = ticketIssuer(tracker, clock).issueLink({ seconds: 60 }, owner.fingerprint, id);
    const spki = new X509Certificate(tracker.certificate).publicKey.export({ type: 'spki', format: 'pem' });
    const { payload, protectedHeader } = await jwtVerify(ticket, await importSPKI(String(spki), 'ES256'), {
      currentDate: new Date(clock.wall()),
    });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'rollcall-link+jwt' });
    const seconds = Math.floor(clock.wall() / 1000);
    const claims = { iss: tracker.fingerprint, aud: owner.fingerprint, cid: id, iat: seconds, exp: seconds + 60 };
    expect(payload).toEqual(claims);
    expect(linkClaims.parse(payload)).toEqual(claims);
  });

  it('says of what it is good for besides, and is of a type of its own where it is counted', async () => {
    const [tracker, owner] = await Promise.all(['tracker', 'owner'].map(identityOf));
    if (tracker === undefined || owner === undefined) throw new Error('no identities');
    const tickets = ticketIssuer(tracker, new FakeClock());
    const read = (terms: LinkTerms): [unknown, unknown] => {
      const parts = tickets.issueLink(terms, owner.fingerprint, id).split('.');
      const [header, claims] = parts.map((part) => Buffer.from(part, 'base64url').toString('latin1'));
      return [JSON.parse(header ?? '').typ, JSON.parse(claims ?? '')];
    };
    const [typ, plain] = read({ seconds: 60, plain: true });
    expect([typ, linkClaims.parse(plain).plain]).toEqual(['rollcall-link+jwt', true]);
    expect(read({ seconds: 60, plain: false })[1]).not.toHaveProperty('plain');
    const [one, other] = [read({ seconds: 60, uses: 3 }), read({ seconds: 60, uses: 3 })];
    const [first, second] = [countedLinkClaims.parse(one[1]), countedLinkClaims.parse(other[1])];
    expect([one[0], first.uses]).toEqual(['rollcall-counted-link+jwt', 3]);
    expect(first.jti).not.toBe(second.jti);
  });
});
