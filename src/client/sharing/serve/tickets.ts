import { createPublicKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import type { Clock } from '../../../base/clock.ts';
import type { ContentId, Fingerprint } from '../../../base/ids.ts';
import {
  type CountedLinkClaims,
  countedLinkClaims,
  countedLinkTicketType,
  type LinkClaims,
  linkClaims,
  linkTicketType,
  type TicketClaims,
  ticketAlgorithm,
  ticketClaims,
  ticketType,
} from '../../../net/wire/ticket.ts';
import { knownTickets, ticketBytes, ticketToleranceSeconds } from '../limits.ts';
import type { CountedLink } from '../links/linkUses.ts';
import type { TicketIssuer } from '../sharing.ts';

/** What a link's ticket says besides. */
export interface LinkTicket {
  /** When it ends, milliseconds since 1970 by our clock. */
  ends: number;
  /** Good over plain HTTP too. */
  plain: boolean;
  /** Good for so many downloads; no end where missing. */
  counted?: CountedLink | undefined;
}

/** What a ticket is good for, with `link` where it is a link's; or what is wrong with it. */
export type TicketVerdict = { content: ContentId; link?: LinkTicket; refusal?: undefined } | { refusal: string };

/** Judges the ticket that somebody with a certificate of that fingerprint shows, or somebody without any. */
export type CheckTicket = (ticket: string, caller: Fingerprint | undefined) => Promise<TicketVerdict>;

type Claims = TicketClaims | ((LinkClaims | CountedLinkClaims) & { cnf?: undefined });

type Issuer = NonNullable<ReturnType<TicketIssuer>>;

/** Checks tickets for content at `owner`, alone: the tracker may be dead. A signature is verified once. */
export function ticketCheck(owner: Fingerprint, issuer: TicketIssuer, clock: Clock): CheckTicket {
  const known = new Map<string, Claims>();
  let key: { issuer: Issuer; object: KeyObject } | undefined;

  const keyOf = (from: Issuer): KeyObject => {
    if (key === undefined || !Buffer.from(from.publicKey).equals(key.issuer.publicKey)) {
      known.clear();
      const spki = { key: Buffer.from(from.publicKey), format: 'der', type: 'spki' } as const;
      key = { issuer: from, object: createPublicKey(spki) };
    }
    return key.object;
  };

  const verify = async (ticket: string, from: Issuer, now: number): Promise<Claims> => {
    const { payload, protectedHeader } = await jwtVerify(ticket, keyOf(from), {
      algorithms: [ticketAlgorithm],
      issuer: from.fingerprint,
      audience: owner,
      clockTolerance: ticketToleranceSeconds,
      currentDate: new Date(now),
    });
    const claims = claimsOf(protectedHeader.typ, payload);
    const [oldest] = known.keys();
    if (known.size >= knownTickets && oldest !== undefined) known.delete(oldest);
    known.set(ticket, claims);
    return claims;
  };

  return async (ticket, caller) => {
    const from = issuer();
    if (from === undefined) return { refusal: 'this peer has not joined a tracker yet, so it takes no tickets' };
    if (ticket.length > ticketBytes) return { refusal: 'the ticket is too long' };
    keyOf(from);
    const now = clock.wall() + from.clockOffsetMs;
    try {
      const claims = known.get(ticket) ?? (await verify(ticket, from, now));
      if (claims.iss !== from.fingerprint) return { refusal: reasons.iss };
      const tolerance = claims.cnf === undefined ? 0 : ticketToleranceSeconds;
      if (now >= (claims.exp + tolerance) * 1000) return { refusal: whenExpired(claims) };
      if (claims.cnf === undefined) return { content: claims.cid, link: linkTicket(claims, from.clockOffsetMs) };
      if (caller === undefined) return { refusal: 'the ticket is bound to a certificate, and none was shown' };
      if (claims.cnf['x5t#S256'] !== thumbprint(caller)) return { refusal: 'the ticket is for another key' };
      return { content: claims.cid };
    } catch (error) {
      return { refusal: whyRefused(error) };
    }
  };
}

/** Each type has claims of its own, so that neither passes for the other (RFC 8725, section 3.12). */
function claimsOf(type: string | undefined, payload: unknown): Claims {
  if (type === ticketType) return ticketClaims.parse(payload);
  if (type === linkTicketType) return linkClaims.parse(payload);
  if (type === countedLinkTicketType) return countedLinkClaims.parse(payload);
  throw new NoTicket();
}

class NoTicket extends Error {}

function linkTicket(claims: LinkClaims | CountedLinkClaims, clockOffsetMs: number): LinkTicket {
  const { exp, plain = false } = claims;
  const ends = exp * 1000 - clockOffsetMs;
  return 'uses' in claims ? { ends, plain, counted: { id: claims.jti, uses: claims.uses, ends } } : { ends, plain };
}

/** RFC 8705, section 3.1. */
const thumbprint = (caller: Fingerprint): string => Buffer.from(caller, 'hex').toString('base64url');

const whenExpired = (claims: { exp?: number | undefined }): string =>
  !('cnf' in claims)
    ? 'the link has expired: ask whoever gave it to you for a new one'
    : 'the ticket has expired: ask the tracker for a fresh one';
const reasons = {
  iss: 'the ticket is from another tracker',
  aud: 'the ticket is for another owner',
} as const;

function whyRefused(error: unknown): string {
  if (error instanceof NoTicket) return 'the token is not a ticket';
  if (error instanceof errors.JWTExpired) return whenExpired(error.payload);
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the ticket is not signed by the tracker';
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim } = error;
    return claim === 'iss' || claim === 'aud' ? reasons[claim] : 'the ticket does not hold now';
  }
  return 'the ticket is not a valid one';
}
