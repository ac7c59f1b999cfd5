import { z } from 'zod';
import { type ContentId, contentId } from '../../base/ids.ts';

/**
 * The peer protocol: HTTPS/1.1 on the peer's port, the ticket as a bearer token (RFC 6750). Content goes by id alone.
 *
 *     GET|HEAD /content/<id>          the bytes; one Range; ETag "<id>"
 *     GET|HEAD /content/<id>/pieces   the piece layer: a 32-byte SHA-256 node a piece, in order
 *
 * Errors are problem+json (RFC 9457) with our own `code`.
 */
export type PeerResource = 'content' | 'pieces';

export const peerPath = (id: ContentId, what: PeerResource): string =>
  what === 'content' ? `/content/${id}` : `/content/${id}/pieces`;

/** Nothing where the path is none of ours. A query is ignored. */
export function parsePeerPath(path: string): { id: ContentId; what: PeerResource } | undefined {
  const match = /^\/content\/([0-9a-f]{64})(\/pieces)?(?:\?.*)?$/.exec(path);
  if (match?.[1] === undefined) return undefined;
  return { id: contentId(match[1]), what: match[2] === undefined ? 'content' : 'pieces' };
}

/** Strong: an id says every byte (RFC 9110, section 8.8.3). */
export const etag = (id: ContentId): string => `"${id}"`;

export const problemType = 'application/problem+json';

/** Why a peer does not serve. */
export const peerProblems = {
  /** No ticket came. */
  'ticket-missing': 401,
  /** The ticket is forged, expired, for another content, owner or key. */
  'ticket-refused': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  /** The file is no longer what was announced. */
  changed: 409,
  'range-not-satisfiable': 416,
  /** Too many uploads at once; see Retry-After. */
  busy: 503,
  fault: 500,
} as const;

export type PeerProblemCode = keyof typeof peerProblems;

export interface PeerProblem {
  status: number;
  code: PeerProblemCode;
  /** For a person. */
  detail: string;
}

/** Longest detail, UTF-16 code units: some lines for a person; a longer one is cut. */
const maxDetail = 1000;

const problem = z.object({
  status: z.number().int(),
  code: z.enum(Object.keys(peerProblems) as [PeerProblemCode, ...PeerProblemCode[]]),
  detail: z.string().max(maxDetail),
});

export function encodeProblem(code: PeerProblemCode, detail: string): Uint8Array {
  const status = peerProblems[code];
  return new TextEncoder().encode(
    JSON.stringify({ type: 'about:blank', title: code, status, code, detail: detail.slice(0, maxDetail) }),
  );
}

/** Nothing where the body is not a problem of ours. */
export function decodeProblem(body: Uint8Array): PeerProblem | undefined {
  try {
    return problem.safeParse(JSON.parse(new TextDecoder().decode(body))).data;
  } catch {
    return undefined;
  }
}
