import { z } from 'zod';
import { type ContentId, contentId, type Fingerprint, fingerprint } from '../../base/ids.ts';
import { parsed } from './parsed.ts';

/**
 * A ticket is a JWT (RFC 7519) in compact form, signed with ES256 by the tracker's key, that lets one key fetch one
 * content from one owner. For a folder it covers the files in the folder's listing too.
 */
export interface TicketClaims {
  /** The tracker's fingerprint. */
  iss: Fingerprint;
  /** The owner's fingerprint. */
  aud: Fingerprint;
  /** The content. */
  cid: ContentId;
  /** Issued at and good until, seconds since 1970 by the tracker's clock. */
  iat: number;
  exp: number;
  /** The fetcher's certificate (RFC 8705, section 3.1): SHA-256 of its DER, in base64url. */
  cnf: { 'x5t#S256': string };
}

/**
 * A link's ticket: as a ticket, but bound to no key, so that whoever has it may fetch. For programs that are not ours,
 * which show no certificate.
 */
export interface LinkClaims extends Omit<TicketClaims, 'cnf'> {
  /** Good over plain HTTP too. */
  plain?: true | undefined;
}

/** A link's that is good for so many downloads. */
export interface CountedLinkClaims extends LinkClaims {
  uses: number;
  /** What they are counted by. */
  jti: string;
}

/** `typ` of the JOSE header, so that no other JWT of the same key passes for a ticket (RFC 8725, section 3.11). */
export const ticketType = 'rollcall-ticket+jwt';
export const linkTicketType = 'rollcall-link+jwt';
/** A type of its own, so that an owner who does not know how to count refuses it. */
export const countedLinkTicketType = 'rollcall-counted-link+jwt';
export const ticketAlgorithm = 'ES256';
/** Life of a ticket, seconds: long enough for a download to outlive its tracker, short enough to forget. */
export const ticketSeconds = 3600;

const seconds = z.number().int().nonnegative();

/** Most downloads that a counted link is good for: a hall full of people. */
export const maxLinkUses = 1000;
/** Random bytes of what they are counted by, and its characters in base64url: so that no two links share a count. */
export const linkIdBytes = 16;
const linkIdCharacters = 22;

const unbound = {
  iss: parsed(z.string(), fingerprint),
  aud: parsed(z.string(), fingerprint),
  cid: parsed(z.string(), contentId),
  iat: seconds,
  exp: seconds,
};

/** @throws z.ZodError */
export const ticketClaims: z.ZodType<TicketClaims> = z.object({
  ...unbound,
  cnf: z.object({ 'x5t#S256': z.string() }),
});

const unboundOnly = { ...unbound, cnf: z.never().optional(), plain: z.literal(true).optional() };

/** @throws z.ZodError, for claims that are bound to a key or counted too: those are other tickets' */
export const linkClaims: z.ZodType<LinkClaims> = z
  .object({ ...unboundOnly, uses: z.never().optional() })
  .transform(({ cnf: _, uses: __, ...claims }) => claims);

/** @throws z.ZodError, for claims that are bound to a key too */
export const countedLinkClaims: z.ZodType<CountedLinkClaims> = z
  .object({
    ...unboundOnly,
    uses: z.number().int().min(1).max(maxLinkUses),
    jti: z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${linkIdCharacters}}$`)),
  })
  .transform(({ cnf: _, ...claims }) => claims);
