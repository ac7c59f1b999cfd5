import { closeSource } from '../../../net/transport/bodies.ts';
import type { HttpReply } from '../../../net/transport/transport.ts';
import { busy, problem } from '../serve/replies.ts';
import type { CountedLink, LinkUses } from './linkUses.ts';

/** Why a link that is used up gives nothing. */
export const usedUp = ({ uses }: CountedLink): HttpReply =>
  problem(
    'ticket-refused',
    `the link was good for ${uses === 1 ? 'one download' : `${uses} downloads`}, and is used up`,
  );

/** The same reply to whoever asks by a counted link, once that is counted; a refusal where it is used up. */
export function counted(reply: HttpReply, uses: LinkUses, link: CountedLink, address: string): HttpReply {
  const part = partOf(reply);
  if (part === undefined) return reply;
  const { body } = reply;
  switch (uses.begin(link, address, part.start)) {
    case 'begun':
      break;
    case 'used-up':
      letGo(body);
      return usedUp(link);
    case 'too-many':
      letGo(body);
      return busy('too many downloads by links are counted here');
  }
  if (!part.isLast) return reply;
  if (body === undefined || body instanceof Uint8Array) {
    uses.finished(link, address);
    return reply;
  }
  return { ...reply, body: atEnd(body, () => uses.finished(link, address)) };
}

/** Which bytes a reply brings; nothing where it brings none of the file. */
function partOf({ status, headers }: HttpReply): { start: number; isLast: boolean } | undefined {
  if (status === 200) return { start: 0, isLast: true };
  const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  return status === 206 ? { start: Number(start), isLast: Number(end) + 1 === Number(size) } : undefined;
}

function letGo(body: HttpReply['body']): void {
  if (body !== undefined && !(body instanceof Uint8Array)) closeSource(body[Symbol.asyncIterator]());
}

/** The same chunks; `told` once all of them were taken. No generator, whose source is not let go of before it began. */
function atEnd(body: AsyncIterable<Uint8Array>, told: () => void): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const chunks = body[Symbol.asyncIterator]();
      return {
        async next() {
          const next = await chunks.next();
          if (next.done === true) told();
          return next;
        },
        async return() {
          await chunks.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
