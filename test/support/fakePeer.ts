import type { Clock } from '../../src/base/clock.ts';
import { sleep } from '../../src/base/clock.ts';
import type { ContentId } from '../../src/base/ids.ts';
import { type Layout, type PieceRun, runBytes, runsOf } from '../../src/base/layout.ts';
import { hashContent } from '../../src/base/merkle.ts';
import { resourceName, userName } from '../../src/base/names.ts';
import type { Owner } from '../../src/base/roll.ts';
import { KiB } from '../../src/base/sizes.ts';
import type { Identity } from '../../src/net/identity/identity.ts';
import type { HttpReply, HttpRequest, Transport } from '../../src/net/transport/transport.ts';
import {
  encodeProblem,
  etag,
  type PeerPath,
  type PeerProblemCode,
  type PeerResource,
  parsePeerPath,
  peerProblems,
} from '../../src/net/wire/peer.ts';
import { encodeHave, parseRuns } from '../../src/net/wire/pieces.ts';
import { firstOf, piecesIn, type Stream, streamOf } from './fakeStream.ts';

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
  /** Answers every request so, or those for `problemOn`. */
  problem?: PeerProblemCode | undefined;
  problemOn?: PeerResource | undefined;
  /** Seconds, with `problem: 'busy'`. */
  retryAfter?: number | undefined;
  /** In the line, with `problem: 'busy'`. */
  place?: number | undefined;
  /** The pieces that it has of every content: `give` adds some. All where it is missing. */
  has?: Set<number> | undefined;
  /** Says that it has every piece. */
  boasts?: boolean | undefined;
  /** What it says of its pieces, in place of the truth. */
  have?: string | undefined;
  /** Says nothing on an open answer while nothing comes. */
  noKeepAlive?: boolean | undefined;
  /** Chooses other pieces than the first of those that it may choose from. */
  choose?: ((of: readonly PieceRun[], most: number) => PieceRun) | undefined;
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
  /** Opened in all, and open now. */
  connections: number;
  open: number;
  /** Adds to the pieces that it has, and tells those who ask. */
  give(...pieces: readonly number[]): void;
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
  const watchers: Watchers = new Set();
  const listener = await transport.serveHttp(
    { host: address, port: 0 },
    {
      identity,
      handle: (request, { signal }) => answer(peer, request, { clock, watchers, signal }),
      admit: () => {
        peer.connections++;
        peer.open++;
        return true;
      },
      departed: () => {
        peer.open--;
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
    open: 0,
    give(...pieces) {
      for (const piece of pieces) this.knobs.has?.add(piece);
      for (const tell of watchers) tell();
    },
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
  return peer;
}

/** Called when a peer has more pieces than before. */
type Watchers = Set<() => void>;

/** What an answer needs beside the request. */
interface Call {
  clock: Clock;
  watchers: Watchers;
  /** Aborts when the caller is gone. */
  signal: AbortSignal;
}

async function answer(peer: FakePeer, { path, headers }: HttpRequest, call: Call): Promise<HttpReply> {
  const { knobs } = peer;
  peer.requests.push(`${path} ${headers.get('range') ?? ''}`.trim());
  if (knobs.mute === true) await new Promise(() => {});
  if (knobs.ticket !== undefined && headers.get('authorization') !== `Bearer ${knobs.ticket}`) {
    return problem('ticket-refused', {});
  }
  const asked = parsePeerPath(path);
  if (knobs.problem !== undefined && (knobs.problemOn ?? asked?.what) === asked?.what) {
    const after = knobs.retryAfter === undefined ? {} : { 'retry-after': String(knobs.retryAfter) };
    return problem(knobs.problem, after, knobs.place);
  }
  const content = asked && peer.contents.get(asked.id);
  if (asked === undefined || content === undefined) return problem('not-found', {});
  switch (asked.what) {
    case 'pieces': {
      const layer = Uint8Array.from(content.layer);
      if (knobs.wrongLayer === true) layer[0] = (layer[0] ?? 0) ^ 1;
      return { status: 200, headers: new Map([['content-length', String(layer.length)]]), body: layer };
    }
    case 'have': {
      const { layout } = streamOf(peer.contents, content);
      return { status: 200, headers: new Map(), body: haveLines(peer, layout, call) };
    }
    case 'bytes':
      return bytes(peer, asked, streamOf(peer.contents, content), headers.get('range'), call);
    default:
      return part(peer, asked.id, content, headers.get('range'), call);
  }
}

/** A range of the stream, or pieces of the peer's choice. */
function bytes(
  peer: FakePeer,
  { id, query }: PeerPath,
  stream: Stream,
  range: string | undefined,
  call: Call,
): HttpReply {
  const { layout } = stream;
  const { has, choose } = peer.knobs;
  const of = query.get('of');
  if (of === null) {
    const [from, to] = (/^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []).slice(1).map(Number);
    const wanted = from === undefined || to === undefined ? [] : piecesIn(layout, from, to);
    if (has !== undefined && wanted.some((piece) => !has.has(piece))) return problem('no-piece', {});
    return part(peer, id, stream, range, call);
  }
  const runs = parseRuns(of, layout.count) ?? [];
  const most = Number(query.get('most'));
  const chosen = choose?.(runs, most) ?? firstOf(runs, most);
  const { start, end } = runBytes(layout, chosen);
  return part(peer, id, stream, `bytes=${start}-${end - 1}`, call);
}

async function* haveLines(
  peer: FakePeer,
  layout: Layout,
  { signal, clock, watchers }: Call,
): AsyncGenerator<Uint8Array> {
  const line = (runs: readonly PieceRun[]): Uint8Array => new TextEncoder().encode(encodeHave(runs));
  const { knobs } = peer;
  if (knobs.have !== undefined) yield new TextEncoder().encode(knobs.have);
  if (knobs.has === undefined || knobs.boasts === true) return yield line([{ first: 0, count: layout.count }]);
  const told = new Set<number>();
  while (!signal.aborted) {
    const fresh = [...knobs.has].filter((piece) => !told.has(piece)).sort((a, b) => a - b);
    for (const piece of fresh) told.add(piece);
    yield line(runsOf(fresh));
    if (told.size === layout.count) return;
    await new Promise<void>((resolve) => {
      const timer = knobs.noKeepAlive === true ? undefined : clock.after(10_000, () => wake());
      const wake = (): void => {
        timer?.[Symbol.dispose]();
        watchers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      watchers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

/** A range of something, or all of it. */
function part(
  peer: FakePeer,
  id: ContentId,
  content: Pick<Served, 'size' | 'read'>,
  asked: string | undefined,
  call: Call,
): HttpReply {
  const { knobs } = peer;
  const size = content.size + (knobs.longer ?? 0);
  const range = /^bytes=(\d+)-(\d+)$/.exec(asked ?? '');
  const from = range === null ? 0 : Number(range[1]);
  const to = range === null ? size : Math.min(size, Number(range[2]) + 1);
  if (range !== null && from >= size) return problem('range-not-satisfiable', { 'content-range': `bytes */${size}` });
  const described = {
    'content-length': String(to - from),
    etag: etag(id),
    ...(range === null ? {} : { 'content-range': `bytes ${from}-${to - 1}/${size}` }),
    ...knobs.headers,
  };
  return {
    status: range === null ? 200 : 206,
    headers: new Map(Object.entries(described)),
    body: chunks(peer, content, from, to, call),
  };
}

async function* chunks(
  peer: FakePeer,
  content: Pick<Served, 'read'>,
  from: number,
  to: number,
  { clock, signal }: Call,
): AsyncGenerator<Uint8Array> {
  const { knobs } = peer;
  const chunkBytes = knobs.chunkBytes ?? 256 * KiB;
  for (let at = from; at < to; at += chunkBytes) {
    knobs.beforeChunk?.(peer.sent);
    if (knobs.chunkMs !== undefined) await sleep(clock, knobs.chunkMs, signal);
    const allowed = (knobs.stopAfter ?? Number.POSITIVE_INFINITY) - peer.sent;
    if (allowed <= 0) throw new Error('this peer stops here');
    const bytes = content.read(at, Math.min(chunkBytes, to - at, allowed));
    knobs.lie?.(bytes, at);
    peer.sent += bytes.length;
    yield bytes;
  }
}

function problem(code: PeerProblemCode, headers: Record<string, string>, place?: number): HttpReply {
  const body = encodeProblem(code, `this peer says ${code}`, place);
  return {
    status: peerProblems[code],
    headers: new Map(Object.entries({ 'content-length': String(body.length), ...headers })),
    body,
  };
}
