import type { ContentId, Fingerprint } from '../../../base/ids.ts';
import type { HttpCaller, HttpHandler, HttpReply, HttpRequest } from '../../../net/transport/transport.ts';
import { etag, parsePeerPath } from '../../../net/wire/peer.ts';
import type { Library, Source } from '../library.ts';
import { hasAlready, wantedRange } from './range.ts';
import { problem, reply, withoutBody } from './replies.ts';
import { type FileSender, sendFile } from './sendFile.ts';
import type { CheckTicket } from './tickets.ts';

export interface PeerServer extends FileSender {
  library: Library;
  checkTicket: CheckTicket;
  /** A shared file is not in the state that was hashed; whether its bytes are the same is not known. */
  onMoved(source: Source): void;
  /** A shared file does not have the announced bytes any more. */
  onChanged(source: Source): void;
}

/** Answers as src/net/wire/peer.ts has it. */
export function peerHandler(server: PeerServer): HttpHandler {
  return async (request, caller) => {
    const answer = await route(server, request, caller);
    return request.method === 'HEAD' ? withoutBody(answer) : answer;
  };
}

async function route(server: PeerServer, request: HttpRequest, caller: HttpCaller): Promise<HttpReply> {
  const path = parsePeerPath(request.path);
  if (path === undefined) return problem('not-found', 'nothing is served at this path');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return problem('method-not-allowed', 'only GET and HEAD are served', { allow: 'GET, HEAD' });
  }
  const ticket = /^bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (ticket === undefined) {
    const detail = 'a ticket of the tracker is needed, as a bearer token';
    return problem('ticket-missing', detail, { 'www-authenticate': 'Bearer' });
  }
  const verdict = await server.checkTicket(ticket, caller.fingerprint);
  if (verdict.refusal !== undefined) return problem('ticket-refused', verdict.refusal);
  const source = server.library.find(verdict.content, path.id);
  if (source === 'changed') return problem('changed', 'what the ticket is for changed: ask the tracker anew');
  if (source === 'uncovered' || (source === 'unknown' && verdict.content !== path.id)) {
    return problem('ticket-refused', 'the ticket is for another content');
  }
  if (source === 'unknown') return problem('not-found', 'this content is not shared here');
  if (hasAlready(request.headers, path.id)) return reply(304, validators(path.id));
  if (path.what === 'pieces') return reply(200, { ...contentHeaders(path.id), 'accept-ranges': 'none' }, source.layer);
  return await sendContent(server, request, source, verdict.caller, caller.signal);
}

async function sendContent(
  server: PeerServer,
  request: HttpRequest,
  source: Source,
  caller: Fingerprint,
  signal: AbortSignal,
): Promise<HttpReply> {
  const { id, size } = source;
  // Only GET has ranges (RFC 9110, section 14.2).
  const wanted = request.method === 'GET' ? wantedRange(request.headers, id, size) : 'whole';
  if (wanted === 'unsatisfiable') {
    const detail = `the content has ${size} bytes`;
    return problem('range-not-satisfiable', detail, { 'content-range': `bytes */${size}` });
  }
  const range = wanted === 'whole' ? { start: 0, end: size } : wanted;
  const part = `bytes ${range.start}-${range.end - 1}/${size}`;
  const headers = {
    ...contentHeaders(id),
    'accept-ranges': 'bytes',
    'content-length': String(range.end - range.start),
    ...(wanted !== 'whole' && { 'content-range': part }),
  };
  const status = wanted === 'whole' ? 200 : 206;
  if (request.method === 'HEAD') return reply(status, headers);
  if (source.file === undefined) return reply(status, headers, source.bytes.subarray(range.start, range.end));
  if (size === 0) return reply(status, headers, new Uint8Array());
  const asked = {
    file: source.file,
    range,
    caller,
    signal,
    moved: () => server.onMoved(source),
    changed: () => server.onChanged(source),
  };
  return await sendFile(server, asked, (body) => reply(status, headers, body));
}

const validators = (id: ContentId): Record<string, string> => ({
  etag: etag(id),
  'cache-control': 'private, max-age=31536000, immutable',
});

const contentHeaders = (id: ContentId): Record<string, string> => ({
  ...validators(id),
  'content-type': 'application/octet-stream',
});
