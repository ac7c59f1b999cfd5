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
export type LinkClaims = Omit<TicketClaims, 'cnf'>;

/** `typ` of the JOSE header, so that no other JWT of the same key passes for a ticket (RFC 8725, section 3.11). */
export const ticketType = 'rollcall-ticket+jwt';
export const linkTicketType = 'rollcall-link+jwt';
export const ticketAlgorithm = 'ES256';
/** Life of a ticket, seconds: long enough for a download to outlive its tracker, short enough to forget. */
export const ticketSeconds = 3600;

const seconds = z.number().int().nonnegative();

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

/** @throws z.ZodError, for claims that are bound to a key too: those are an ordinary ticket's */
export const linkClaims: z.ZodType<LinkClaims> = z
  .object({ ...unbound, cnf: z.never().optional() })
  .transform(({ cnf: _, ...claims }) => claims);
