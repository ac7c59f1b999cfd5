import type { Clock } from '../../src/base/clock.ts';
import { sleep } from '../../src/base/clock.ts';
import type { ContentId } from '../../src/base/ids.ts';
import { hashContent } from '../../src/base/merkle.ts';
import { resourceName, userName } from '../../src/base/names.ts';
import type { Owner } from '../../src/base/roll.ts';
import { KiB } from '../../src/base/sizes.ts';
import type { Identity } from '../../src/net/identity/identity.ts';
import type { HttpReply, HttpRequest, Transport } from '../../src/net/transport/transport.ts';
import { encodeProblem, etag, type PeerProblemCode, parsePeerPath, peerProblems } from '../../src/net/wire/peer.ts';

/** Something that can be served, made up as it is asked for. */
export interface Served {
  size: number;
  layer: Uint8Array;
  read(offset: number, length: number): Uint8Array;
}

export function served(content: Uint8Array): Served & { id: ContentId } {
  const { id, layer } = hashContent(content);
  return {
    id,
    size: content.length,
    layer,
    read: (offset, length) => new Uint8Array(content.subarray(offset, offset + length)),
  };
}

/** How a peer misbehaves; each may be changed while it serves. */
export interface Knobs {
  /** Answers every request so. */
  problem?: PeerProblemCode | undefined;
  /** Seconds, with `problem: 'busy'`. */
  retryAfter?: number | undefined;
  /** Changes the bytes of a content before they are sent; `offset` is where they start in the file. */
  lie?: ((bytes: Uint8Array, offset: number) => void) | undefined;
  /** Breaks off after so many bytes of content in all. */
  stopAfter?: number | undefined;
  /** Bytes of content that it says it has more than it has. */
  longer?: number | undefined;
  wrongLayer?: boolean | undefined;
  /** Waits so long before each chunk, milliseconds. */
  chunkMs?: number | undefined;
  chunkBytes?: number | undefined;
  /** Accepts the connection and never answers. */
  mute?: boolean | undefined;
  /** Headers in place of the right ones. */
  headers?: Record<string, string> | undefined;
  /** The only ticket that it takes; any where it is missing. */
  ticket?: string | undefined;
  /** Called before each chunk is sent, with the bytes of content sent so far. */
  beforeChunk?: ((sent: number) => void) | undefined;
}

export interface FakePeer extends AsyncDisposable {
  owner: Owner;
  knobs: Knobs;
  contents: Map<ContentId, Served>;
  /** Paths that were asked for, with their ranges. */
  requests: string[];
  /** Bytes of content that were sent. */
  sent: number;
  connections: number;
}

export interface FakePeerOptions {
  user: string;
  address: string;
  identity: Identity;
  transport: Transport;
  clock: Clock;
  contents?: Iterable<readonly [ContentId, Served]>;
  knobs?: Knobs;
}

/** A peer that serves what it was given, as well or as badly as its knobs say. */
export async function fakePeer(options: FakePeerOptions): Promise<FakePeer> {
  const { user, address, identity, transport, clock } = options;
  const listener = await transport.serveHttp(
    { host: address, port: 0 },
    {
      identity,
      handle: (request) => answer(peer, request, clock),
      admit: () => {
        peer.connections++;
        return true;
      },
    },
  );
  const peer: FakePeer = {
    owner: {
      user: userName(user),
      address,
      port: listener.at.port,
      fingerprint: identity.fingerprint,
      state: 'alive',
      name: resourceName('report.bin'),
      modified: 0,
      ticket: 'ticket',
    },
    knobs: options.knobs ?? {},
    contents: new Map(options.contents ?? []),
    requests: [],
    sent: 0,
    connections: 0,
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
  return peer;
}

async function answer(peer: FakePeer, { path, headers }: HttpRequest, clock: Clock): Promise<HttpReply> {
  const { knobs, contents } = peer;
  peer.requests.push(`${path} ${headers.get('range') ?? ''}`.trim());
  if (knobs.mute === true) await new Promise(() => {});
  if (knobs.ticket !== undefined && headers.get('authorization') !== `Bearer ${knobs.ticket}`) {
    return problem('ticket-refused', {});
  }
  if (knobs.problem !== undefined) {
    return problem(knobs.problem, knobs.retryAfter === undefined ? {} : { 'retry-after': String(knobs.retryAfter) });
  }
  const asked = parsePeerPath(path);
  const content = asked && contents.get(asked.id);
  if (asked === undefined || content === undefined) return problem('not-found', {});
  if (asked.what === 'pieces') {
    const layer = Uint8Array.from(content.layer);
    if (knobs.wrongLayer === true) layer[0] = (layer[0] ?? 0) ^ 1;
    return { status: 200, headers: new Map([['content-length', String(layer.length)]]), body: layer };
  }
  const size = content.size + (knobs.longer ?? 0);
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.get('range') ?? '');
  const from = range === null ? 0 : Number(range[1]);
  const to = range === null ? size : Math.min(size, Number(range[2]) + 1);
  if (range !== null && from >= size) return problem('range-not-satisfiable', { 'content-range': `bytes */${size}` });
  const described = {
    'content-length': String(to - from),
    etag: etag(asked.id),
    ...(range === null ? {} : { 'content-range': `bytes ${from}-${to - 1}/${size}` }),
    ...knobs.headers,
  };
  return {
    status: range === null ? 200 : 206,
    headers: new Map(Object.entries(described)),
    body: chunks(peer, content, from, to, clock),
  };
}

async function* chunks(
  peer: FakePeer,
  content: Served,
  from: number,
  to: number,
  clock: Clock,
): AsyncGenerator<Uint8Array> {
  const { knobs } = peer;
  const chunkBytes = knobs.chunkBytes ?? 256 * KiB;
  for (let at = from; at < to; at += chunkBytes) {
    knobs.beforeChunk?.(peer.sent);
    if (knobs.chunkMs !== undefined) await sleep(clock, knobs.chunkMs);
    const allowed = (knobs.stopAfter ?? Number.POSITIVE_INFINITY) - peer.sent;
    if (allowed <= 0) throw new Error('this peer stops here');
    const bytes = content.read(at, Math.min(chunkBytes, to - at, allowed));
    knobs.lie?.(bytes, at);
    peer.sent += bytes.length;
    yield bytes;
  }
}

function problem(code: PeerProblemCode, headers: Record<string, string>): HttpReply {
  const body = encodeProblem(code, `this peer says ${code}`);
  return {
    status: peerProblems[code],
    headers: new Map(Object.entries({ 'content-length': String(body.length), ...headers })),
    body,
  };
}
