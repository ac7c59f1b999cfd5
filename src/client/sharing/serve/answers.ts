import type { ContentId } from '../../../base/ids.ts';
import { runBytes } from '../../../base/layout.ts';
import { hashBytes, leafCount } from '../../../base/merkle.ts';
import type { Random } from '../../../base/random.ts';
import type { HttpReply } from '../../../net/transport/transport.ts';
import type { PeerPath } from '../../../net/wire/peer.ts';
import { maxRuns, parseRuns } from '../../../net/wire/pieces.ts';
import { leafedBytes, turnBytes } from '../limits.ts';
import type { Source } from '../source.ts';
import { choose } from './choose.ts';
import type { Downloader } from './downloader.ts';
import { haveAll, haveLines } from './have.ts';
import type { Haves } from './haves.ts';
import type { Leaves } from './leaves.ts';
import { wantedRange } from './range.ts';
import { busy, problem, reply, turnedAway } from './replies.ts';
import { type StreamSender, sendChunks, sendStream } from './sendStream.ts';
import type { Stream } from './stream.ts';
import type { ByteRange } from './trueBytes.ts';

export interface Answerer extends StreamSender {
  haves: Haves;
  leaves: Leaves;
  random: Random;
}

/** A request that is allowed. */
export interface Asked {
  path: PeerPath;
  headers: ReadonlyMap<string, string>;
  /** True where only the head of the answer is wanted. */
  head: boolean;
  source: Source;
  /** What the ticket is for: this, or the folder that it is in. */
  content: ContentId;
  /** Headers that say what the content is. */
  described: Record<string, string>;
  caller: Downloader;
  signal: AbortSignal;
}

export async function answer(server: Answerer, asked: Asked): Promise<HttpReply> {
  const { path, source, head, described } = asked;
  switch (path.what) {
    case 'content':
      return source.listing === undefined ? await streamed(server, asked) : inMemory(asked, source.listing);
    case 'bytes':
      return path.query.has('of') && !head ? await chosen(server, asked) : await streamed(server, asked);
    case 'pieces':
      return reply(200, { ...described, 'accept-ranges': 'none' }, source.layer);
    case 'leaves':
      return await leaves(server, asked);
    case 'have':
      return have(server, asked);
  }
}

/** Which bytes the headers ask for, and how the reply has to begin. Only GET has ranges (RFC 9110, section 14.2). */
function partOf(
  { headers, head, path, described }: Asked,
  size: number,
): { refused: HttpReply } | { refused?: undefined; range: ByteRange; status: number; headers: Record<string, string> } {
  const wanted = head ? 'whole' : wantedRange(headers, path.id, size);
  if (wanted === 'unsatisfiable') return { refused: beyond(size) };
  const range = wanted === 'whole' ? { start: 0, end: size } : wanted;
  const status = wanted === 'whole' ? 200 : 206;
  return { range, status, headers: { ...described, ...rangeHeaders(range, size, status === 206) } };
}

const beyond = (size: number): HttpReply =>
  problem('range-not-satisfiable', `the content has ${size} bytes`, { 'content-range': `bytes */${size}` });

const rangeHeaders = ({ start, end }: ByteRange, size: number, isPart: boolean): Record<string, string> => ({
  'accept-ranges': 'bytes',
  'content-length': String(end - start),
  ...(isPart && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
});

function inMemory(asked: Asked, bytes: Uint8Array): HttpReply {
  const part = partOf(asked, bytes.length);
  if (part.refused !== undefined) return part.refused;
  const { range, status, headers } = part;
  return reply(status, headers, asked.head ? undefined : bytes.subarray(range.start, range.end));
}

async function streamed(server: Answerer, asked: Asked): Promise<HttpReply> {
  const { source, content, head, caller, signal } = asked;
  const { stream } = source;
  const part = partOf(asked, stream.layout.size);
  if (part.refused !== undefined) return part.refused;
  const { range, status, headers } = part;
  if (head) return reply(status, headers);
  if (stream.layout.size === 0) return reply(status, headers, new Uint8Array());
  const here = (): ByteRange | undefined => (isHere(stream, range) ? range : undefined);
  if (here() === undefined) return problem('no-piece', 'a part of this range is not here yet');
  const request = { content, stream, range: here, caller, signal };
  return await sendStream(server, request, (_, body) => reply(status, headers, body));
}

function isHere({ layout, partial }: Stream, { start, end }: ByteRange): boolean {
  if (partial === undefined) return true;
  const last = layout.at(end - 1);
  for (let piece = layout.at(start); piece <= last; piece++) if (!partial.has(piece)) return false;
  return true;
}

/** The owner chooses. */
async function chosen(server: Answerer, asked: Asked): Promise<HttpReply> {
  const { source, content, path, described, caller, signal } = asked;
  const { stream } = source;
  const { layout, partial, tally } = stream;
  const of = parseRuns(path.query.get('of') ?? '', layout.count);
  const most = /^[1-9]\d{0,8}$/.exec(path.query.get('most') ?? '')?.[0];
  if (of === undefined || of.length === 0 || of.length > maxRuns || most === undefined) {
    const detail = `"of" has to be 1 to ${maxRuns} runs of the ${layout.count} pieces, and "most" a number from 1`;
    return problem('malformed', detail);
  }
  const candidates = {
    of,
    has: (piece: number) => partial?.has(piece) ?? true,
    sent: (piece: number) => tally.sent(piece),
  };
  const range = (): ByteRange | undefined => {
    const run = choose(candidates, Number(most), server.random);
    return run && runBytes(layout, run);
  };
  return await sendStream(server, { content, stream, range, caller, signal }, (bytes, body) =>
    reply(206, { ...described, 'cache-control': 'no-store', ...rangeHeaders(bytes, layout.size, true) }, body),
  );
}

/** Takes no upload's place: it is open for as long as a download lasts, and hardly moves anything. */
function have(server: Answerer, { source, head, caller, signal }: Asked): HttpReply {
  const { layout, partial, over } = source.stream;
  const headers = { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' };
  if (head) return reply(200, headers);
  if (partial === undefined || over === undefined) return reply(200, headers, haveAll(layout.count));
  const lines = (gone: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> =>
    haveLines(partial, server.reader.clock, gone);
  const body = server.haves.open(caller, lines, [signal, over]);
  return body === undefined ? busy('too many open answers are under way') : reply(200, headers, body);
}

async function leaves(server: Answerer, asked: Asked): Promise<HttpReply> {
  const { source, path, described, head, caller, signal } = asked;
  const { stream, listing } = source;
  const { size } = stream.layout;
  if (listing !== undefined) return problem('not-found', 'a folder has no leaves, only its files have');
  if (size > leafedBytes) return problem('not-found', `the leaves of files over ${leafedBytes} bytes are not told`);
  const headers = { ...described, 'accept-ranges': 'none', 'content-length': String(leafCount(size) * hashBytes) };
  if (head) return reply(200, headers);
  if (size === 0) return reply(200, headers, new Uint8Array());
  if (stream.partial !== undefined) return problem('no-piece', 'not all of this file is here yet');
  const turn = await server.uploads.begin(caller, turnBytes.least, signal);
  if ('place' in turn) return turnedAway(turn);
  const ways = { turn, limit: server.limit, close: () => turn[Symbol.dispose]() };
  return await sendChunks(server.leaves.of(path.id, stream), signal, ways, (body) => reply(200, headers, body));
}
