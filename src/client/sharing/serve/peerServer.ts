import type { ContentId } from '../../../base/ids.ts';
import type { HttpCaller, HttpHandler, HttpReply, HttpRequest } from '../../../net/transport/transport.ts';
import {
  etag,
  type LinkPath,
  nothingHere,
  type PeerPath,
  parseLinkPath,
  parsePeerPath,
  shortLinks,
} from '../../../net/wire/peer.ts';
import { counted, usedUp } from '../links/counted.ts';
import { type LinkDesk, leaveLink, pageOf, plainRefused } from '../links/desk.ts';
import { forBrowser } from '../links/refusalPage.ts';
import type { Lookup, Source } from '../source.ts';
import { type Answerer, type Asked, answer } from './answers.ts';
import { attachment } from './attachment.ts';
import { downloaderOf } from './downloader.ts';
import { hasAlready } from './range.ts';
import { paced, problem, reply, withoutBody } from './replies.ts';
import type { CheckTicket, LinkTicket } from './tickets.ts';

export interface PeerServer extends Answerer, LinkDesk {
  /** What a ticket for `ticketed` lets somebody fetch as `id`. */
  find(ticketed: ContentId, id: ContentId): Lookup;
  checkTicket: CheckTicket;
}

/** Answers as src/net/wire/peer.ts has it. */
export function peerHandler(server: PeerServer): HttpHandler {
  return async (request, caller) => {
    const said = forBrowser(request, await route(server, request, caller));
    return request.method === 'HEAD' ? withoutBody(said) : paced(said, server.limit, caller.signal);
  };
}

/** What is asked for: a content, what a link leads to, or an address for a link. */
interface Place {
  path?: PeerPath | undefined;
  short?: LinkPath | undefined;
  leaves: boolean;
}

async function route(server: PeerServer, request: HttpRequest, caller: HttpCaller): Promise<HttpReply> {
  const place = placeOf(request);
  const mayBePlain = !server.refusePlain && place !== undefined && !place.leaves;
  if (!caller.encrypted && !mayBePlain) return plainRefused(server);
  if (place === undefined) return problem('not-found', nothingHere);
  const methods = place.leaves ? ['POST'] : ['GET', 'HEAD'];
  if (!methods.includes(request.method)) {
    const detail = `only ${methods.join(' and ')} ${place.leaves ? 'is' : 'are'} served`;
    return problem('method-not-allowed', detail, { allow: methods.join(', ') });
  }
  const bearer = bearerToken(request);
  const { short, path } = place;
  const ticket = short ? server.shortLinks.ticketOf(short.code) : (bearer ?? path?.query.get('ticket') ?? undefined);
  if (ticket === undefined) return short ? noSuchLink() : ticketMissing();
  const verdict = await server.checkTicket(ticket, caller.fingerprint);
  if (verdict.refusal !== undefined) return problem('ticket-refused', verdict.refusal);
  const { content, link } = verdict;
  if (!caller.encrypted && link?.plain !== true) return plainRefused(server);
  // Addresses end up in histories and logs. A link is meant to be one, for programs that can be given nothing else.
  if (bearer === undefined && link === undefined) {
    return problem('ticket-refused', 'only a link has its ticket in the address');
  }
  const id = path?.id ?? content;
  const source = server.find(content, id);
  if (source === 'changed') return problem('changed', 'what the ticket is for changed: ask the tracker anew');
  if (source === 'uncovered' || (source === 'unknown' && content !== id)) {
    return problem('ticket-refused', 'the ticket is for another content');
  }
  if (source === 'unknown') return problem('not-found', 'this content is not shared here');
  if (place.leaves) return leaveLink(server, { ticket, link, source }, caller);
  if (link?.counted !== undefined && request.method === 'GET') {
    const start = short?.what === 'page' ? 0 : undefined;
    if (!server.linkUses.mayBegin(link.counted, caller.remote.host, start)) return usedUp(link.counted);
  }
  if (short?.what === 'page' && link !== undefined) return pageOf(server, { ticket, link, source }, short, caller);
  const what = path ?? { id, what: 'content', query: new URLSearchParams() };
  return await send(server, request, caller, { path: what, content, link, source });
}

/** Nothing where the path is none of ours. */
function placeOf({ path }: HttpRequest): Place | undefined {
  if (path === shortLinks) return { leaves: true };
  const short = parseLinkPath(path);
  if (short !== undefined) return { short, leaves: false };
  const content = parsePeerPath(path);
  return content && { path: content, leaves: false };
}

const ticketMissing = (): HttpReply =>
  problem('ticket-missing', 'a ticket of the tracker is needed, as a bearer token', { 'www-authenticate': 'Bearer' });

const noSuchLink = (): HttpReply =>
  problem('not-found', 'this link has expired, or never was one: ask whoever gave it to you for a new one');

async function send(
  server: PeerServer,
  { method, headers }: HttpRequest,
  caller: HttpCaller,
  allowed: Pick<Asked, 'path' | 'content' | 'source'> & { link: LinkTicket | undefined },
): Promise<HttpReply> {
  const { path, content, source, link } = allowed;
  if (path.what !== 'have' && hasAlready(headers, path.id)) return reply(304, validators(path.id));
  const asked: Asked = {
    path,
    headers,
    head: method === 'HEAD',
    source,
    content,
    described: { ...contentHeaders(path.id), ...(link !== undefined && saved(source, path)) },
    caller: downloaderOf(caller, link !== undefined),
    signal: caller.signal,
  };
  const answered = await answer(server, asked);
  const counts = !asked.head && (path.what === 'content' || path.what === 'bytes');
  if (link?.counted === undefined || !counts) return answered;
  return counted(answered, server.linkUses, link.counted, caller.remote.host);
}

/** RFC 6750, section 2.1. */
const bearerToken = ({ headers }: HttpRequest): string | undefined =>
  /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];

/** For a browser: it is to save this, not to show or run it. */
const saved = ({ name, listing }: Source, { what }: PeerPath): Record<string, string> => ({
  'content-disposition': attachment(what === 'content' && listing === undefined ? name : undefined),
  'x-content-type-options': 'nosniff',
});

const validators = (id: ContentId): Record<string, string> => ({
  etag: etag(id),
  'cache-control': 'private, max-age=31536000, immutable',
});

const contentHeaders = (id: ContentId): Record<string, string> => ({
  ...validators(id),
  'content-type': 'application/octet-stream',
});
