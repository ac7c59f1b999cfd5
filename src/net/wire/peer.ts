import { z } from 'zod';
import { type ContentId, contentId } from '../../base/ids.ts';
import type { PieceRun } from '../../base/layout.ts';
import { encodeRuns } from './pieces.ts';

/**
 * The peer protocol: HTTPS/1.1 on the peer's port, the ticket as a bearer token (RFC 6750), or, for a link's, as the
 * query's `ticket`. Content goes by id alone.
 *
 *     GET|HEAD /content/<id>                           a file's bytes, a folder's listing; one Range; ETag "<id>"
 *     GET|HEAD /content/<id>/pieces                    the piece layer: a 32-byte SHA-256 node a piece, in order
 *     GET|HEAD /content/<id>/leaves                    the SHA-256 of each 16 KiB of a file, in order
 *     GET|HEAD /content/<id>/bytes                     the stream: a file's bytes, a folder's files one after another
 *     GET      /content/<id>/bytes?of=<runs>&most=<n>  1 to n pieces in a row of the stream out of those, as the owner
 *                                                      likes best: 206, and Content-Range says which
 *     GET      /content/<id>/have                      which pieces are here, on an open answer: see pieces.ts
 *
 * For a link there is a short address, that of a page for a browser:
 *
 *     POST     /l                                      with a link's ticket as the bearer token: 201, Location: /l/<code>
 *     GET|HEAD /l/<code>                               the page
 *     GET|HEAD /l/<code>/file                          the file's bytes; one Range
 *
 * Plain HTTP is answered for links whose ticket says so, and for nothing else.
 *
 * Errors are problem+json (RFC 9457) with our own `code`.
 */
export type PeerResource = 'content' | 'pieces' | 'leaves' | 'bytes' | 'have';

export interface PeerPath {
  id: ContentId;
  what: PeerResource;
  query: URLSearchParams;
}

export const peerPath = (id: ContentId, what: PeerResource): string =>
  what === 'content' ? `/content/${id}` : `/content/${id}/${what}`;

/** Where a link's ticket is left with its owner. */
export const shortLinks = '/l';
/** Characters of base64url that stand for it: 96 bits, that nobody guesses. */
export const linkCodeCharacters = 16;

export interface LinkPath {
  code: string;
  what: 'page' | 'file';
}

export const linkPath = ({ code, what }: LinkPath): string =>
  what === 'page' ? `${shortLinks}/${code}` : `${shortLinks}/${code}/file`;

const linkPattern = new RegExp(`^${shortLinks}/([A-Za-z0-9_-]{${linkCodeCharacters}})(/file)?(?:\\?.*)?$`);

/** Nothing where the path is no short address. */
export function parseLinkPath(path: string): LinkPath | undefined {
  const [, code, file] = linkPattern.exec(path) ?? [];
  return code === undefined ? undefined : { code, what: file === undefined ? 'page' : 'file' };
}

/** Asks the owner to choose among pieces of the stream. */
export const choicePath = (id: ContentId, of: readonly PieceRun[], most: number): string =>
  `${peerPath(id, 'bytes')}?of=${encodeRuns(of)}&most=${most}`;

/** Nothing where the path is none of ours. */
export function parsePeerPath(path: string): PeerPath | undefined {
  const match = /^\/content\/([0-9a-f]{64})(?:\/(pieces|leaves|bytes|have))?(?:\?(.*))?$/.exec(path);
  if (match?.[1] === undefined) return undefined;
  const what = (match[2] ?? 'content') as PeerResource;
  return { id: contentId(match[1]), what, query: new URLSearchParams(match[3]) };
}

/** Strong: an id says every byte (RFC 9110, section 8.8.3). */
export const etag = (id: ContentId): string => `"${id}"`;

export const problemType = 'application/problem+json';

/** The detail of `not-found` where a path is none of the protocol's, by which an older peer is known. */
export const nothingHere = 'nothing is served at this path';

/** Why a peer does not serve. */
export const peerProblems = {
  /** `of` or `most` is none. */
  malformed: 400,
  /** No ticket came. */
  'ticket-missing': 401,
  /** The ticket is forged, expired, used up, for another content, owner or key. */
  'ticket-refused': 403,
  /** Asked in plain HTTP, for which there is no such ticket. */
  'plain-refused': 403,
  'not-found': 404,
  /** The content is on its way here, and none of the pieces that were asked for has come yet. */
  'no-piece': 404,
  'method-not-allowed': 405,
  /** The file is no longer what was announced. */
  changed: 409,
  'range-not-satisfiable': 416,
  /** Too many uploads at once; see Retry-After, and `place` for the place in the line: 1 is next. */
  busy: 503,
  fault: 500,
} as const;

export type PeerProblemCode = keyof typeof peerProblems;

export interface PeerProblem {
  status: number;
  code: PeerProblemCode;
  /** For a person. */
  detail: string;
  /** Of `busy`: the place in the line, from 1. */
  place?: number | undefined;
}

/** Longest detail, UTF-16 code units: some lines for a person; a longer one is cut. */
const maxDetail = 1000;

const problem = z.object({
  status: z.number().int(),
  code: z.enum(Object.keys(peerProblems) as [PeerProblemCode, ...PeerProblemCode[]]),
  detail: z.string().max(maxDetail),
  place: z.number().int().min(1).optional(),
});

export function encodeProblem(code: PeerProblemCode, detail: string, place?: number): Uint8Array {
  const status = peerProblems[code];
  return new TextEncoder().encode(
    JSON.stringify({ type: 'about:blank', title: code, status, code, detail: detail.slice(0, maxDetail), place }),
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
