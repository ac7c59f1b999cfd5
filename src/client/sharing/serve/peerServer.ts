import type { ContentId } from '../../../base/ids.ts';
import type { HttpCaller, HttpHandler, HttpReply, HttpRequest } from '../../../net/transport/transport.ts';
import { etag, type PeerPath, parsePeerPath } from '../../../net/wire/peer.ts';
import type { Lookup, Source } from '../source.ts';
import { type Answerer, type Asked, answer } from './answers.ts';
import { attachment } from './attachment.ts';
import { downloaderOf } from './downloader.ts';
import { hasAlready } from './range.ts';
import { paced, problem, reply, withoutBody } from './replies.ts';
import type { CheckTicket } from './tickets.ts';

export interface PeerServer extends Answerer {
  /** What a ticket for `ticketed` lets somebody fetch as `id`. */
  find(ticketed: ContentId, id: ContentId): Lookup;
  checkTicket: CheckTicket;
}

/** Answers as src/net/wire/peer.ts has it. */
export function peerHandler(server: PeerServer): HttpHandler {
  return async (request, caller) => {
    const said = await route(server, request, caller);
    return request.method === 'HEAD' ? withoutBody(said) : paced(said, server.limit, caller.signal);
  };
}

async function route(server: PeerServer, request: HttpRequest, caller: HttpCaller): Promise<HttpReply> {
  const path = parsePeerPath(request.path);
  if (path === undefined) return problem('not-found', 'nothing is served at this path');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return problem('method-not-allowed', 'only GET and HEAD are served', { allow: 'GET, HEAD' });
  }
  const bearer = bearerToken(request);
  const ticket = bearer ?? path.query.get('ticket') ?? undefined;
  if (ticket === undefined) {
    const detail = 'a ticket of the tracker is needed, as a bearer token';
    return problem('ticket-missing', detail, { 'www-authenticate': 'Bearer' });
  }
  const verdict = await server.checkTicket(ticket, caller.fingerprint);
  if (verdict.refusal !== undefined) return problem('ticket-refused', verdict.refusal);
  // Addresses end up in histories and logs. A link is meant to be one, for programs that can be given nothing else.
  if (bearer === undefined && !verdict.link)
    return problem('ticket-refused', 'only a link has its ticket in the address');
  const source = server.find(verdict.content, path.id);
  if (source === 'changed') return problem('changed', 'what the ticket is for changed: ask the tracker anew');
  if (source === 'uncovered' || (source === 'unknown' && verdict.content !== path.id)) {
    return problem('ticket-refused', 'the ticket is for another content');
  }
  if (source === 'unknown') return problem('not-found', 'this content is not shared here');
  if (path.what !== 'have' && hasAlready(request.headers, path.id)) return reply(304, validators(path.id));
  const asked: Asked = {
    path,
    headers: request.headers,
    head: request.method === 'HEAD',
    source,
    described: { ...contentHeaders(path.id), ...(verdict.link && saved(source, path)) },
    caller: downloaderOf(caller, verdict.link),
    signal: caller.signal,
  };
  return await answer(server, asked);
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
