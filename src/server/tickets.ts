import { importPKCS8, SignJWT } from 'jose';
import type { Clock } from '../base/clock.ts';
import type { ContentId, Fingerprint } from '../base/ids.ts';
import type { Identity } from '../net/identity/identity.ts';
import { type TicketClaims, ticketAlgorithm, ticketSeconds, ticketType } from '../net/wire/ticket.ts';

/** Signs a ticket that lets the key `to` fetch `content` from the key `owner`. */
export type IssueTicket = (to: Fingerprint, owner: Fingerprint, content: ContentId) => Promise<string>;

/** Tickets in the tracker's name, good for an hour from when they are issued. */
export async function ticketIssuer(identity: Identity, clock: Clock): Promise<IssueTicket> {
  const key = await importPKCS8(identity.key, ticketAlgorithm);
  return (to, owner, content) => {
    const issued = Math.floor(clock.wall() / 1000);
    const claims: TicketClaims = {
      iss: identity.fingerprint,
      aud: owner,
      cid: content,
      iat: issued,
      exp: issued + ticketSeconds,
      cnf: { 'x5t#S256': Buffer.from(to, 'hex').toString('base64url') },
    };
    return new SignJWT({ ...claims }).setProtectedHeader({ alg: ticketAlgorithm, typ: ticketType }).sign(key);
  };
}
