import type { HttpReply } from '../../../net/transport/transport.ts';
import { encodeProblem, type PeerProblemCode, peerProblems, problemType } from '../../../net/wire/peer.ts';

/** A reply that says why there is nothing else. */
export function problem(code: PeerProblemCode, detail: string, headers: Record<string, string> = {}): HttpReply {
  const body = encodeProblem(code, detail);
  return reply(peerProblems[code], { 'content-type': problemType, 'cache-control': 'no-store', ...headers }, body);
}

export function reply(
  status: number,
  headers: Record<string, string>,
  body?: Uint8Array | AsyncIterable<Uint8Array>,
): HttpReply {
  const length = body instanceof Uint8Array ? { 'content-length': String(body.length) } : {};
  const all = new Map(Object.entries({ ...headers, ...length }));
  return body === undefined ? { status, headers: all } : { status, headers: all, body };
}

/** The same for HEAD: all but the body. */
export const withoutBody = ({ status, headers }: HttpReply): HttpReply => ({ status, headers });
