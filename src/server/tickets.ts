import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { ContentId, Fingerprint } from '../base/ids.ts';
import type { Identity } from '../net/identity/identity.ts';
import {
  type CountedLinkClaims,
  countedLinkTicketType,
  type LinkClaims,
  linkIdBytes,
  linkTicketType,
  type TicketClaims,
  ticketAlgorithm,
  ticketSeconds,
  ticketType,
} from '../net/wire/ticket.ts';

export interface Tickets {
  /** Signs a ticket that lets the key `to` fetch `content` from the key `owner`, for an hour. */
  issue(to: Fingerprint, owner: Fingerprint, content: ContentId): string;
  /** Signs one that lets whoever has it do so, on these terms. */
  issueLink(terms: LinkTerms, owner: Fingerprint, content: ContentId): string;
}

export interface LinkTerms {
  /** Life. */
  seconds: number;
  /** Downloads that it is good for; no end where missing. */
  uses?: number | undefined;
  /** Good over plain HTTP too. */
  plain?: boolean | undefined;
}

/**
 * Tickets in the tracker's name. A crowd that locates its owners anew takes tens of thousands of them within seconds, so
 * they are signed in place: that takes 25 µs each, where another thread takes 50 and a thousand pages wait in memory.
 */
export function ticketIssuer(identity: Identity, clock: Clock): Tickets {
  const key = createPrivateKey(identity.key);
  const claims = (owner: Fingerprint, content: ContentId, seconds: number): LinkClaims => {
    const issued = Math.floor(clock.wall() / 1000);
    return { iss: identity.fingerprint, aud: owner, cid: content, iat: issued, exp: issued + seconds };
  };
  /** The compact form of RFC 7515, section 7.1; ES256 has the bare r and s (RFC 7518, section 3.4). */
  const signed = (claimed: LinkClaims | CountedLinkClaims | TicketClaims, typ: string): string => {
    const text = `${encoded({ alg: ticketAlgorithm, typ })}.${encoded(claimed)}`;
    const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  };
  return {
    issue: (to, owner, content) =>
      signed(
        {
          ...claims(owner, content, ticketSeconds),
          cnf: { 'x5t#S256': Buffer.from(to, 'hex').toString('base64url') },
        },
        ticketType,
      ),
    issueLink({ seconds, uses, plain = false }, owner, content) {
      const link: LinkClaims = { ...claims(owner, content, seconds), ...(plain && { plain }) };
      if (uses === undefined) return signed(link, linkTicketType);
      return signed({ ...link, uses, jti: randomBytes(linkIdBytes).toString('base64url') }, countedLinkTicketType);
    },
  };
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
