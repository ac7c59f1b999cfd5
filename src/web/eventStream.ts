import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Clock, every } from '../base/clock.ts';
import { maxUnreadBytes, streamBeatMs, streamRetryMs } from './limits.ts';

/** Events to one reader, as server-sent events (WHATWG HTML, 9.2), by name. */
export interface EventStream<Events extends { missed: { count: number } }> {
  /** Never waits: what a reader leaves unread beyond `maxUnreadBytes` is lost to it, and it is told how many as `missed`. */
  send<Name extends keyof Events & string>(event: Name, data: Events[Name]): void;
  /** Aborted once the reader has gone or the site closes. */
  readonly ended: AbortSignal;
}

/** Answers a request with events, from now until its caller goes. */
export function openEventStream<Events extends { missed: { count: number } }>(
  request: FastifyRequest,
  reply: FastifyReply,
  clock: Clock,
): EventStream<Events> {
  const ended = new AbortController();
  let number = 0;
  let missed = 0;

  const unread = (): number => out.readableLength + reply.raw.writableLength;
  const write = (event: string, data: unknown): void => {
    number += 1;
    out.push(`id: ${number}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const tellMissed = (): void => {
    if (missed === 0 || ended.signal.aborted || unread() > maxUnreadBytes / 2) return;
    const count = missed;
    missed = 0;
    write('missed', { count });
  };
  const out = new Readable({ read: tellMissed });
  const beat = every(clock, streamBeatMs, () => {
    tellMissed();
    if (unread() < maxUnreadBytes) out.push(': still here\n\n');
  });
  const end = (): void => {
    if (ended.signal.aborted) return;
    ended.abort();
    beat[Symbol.dispose]();
    out.destroy();
  };
  request.raw.socket.once('close', end);
  reply.raw.once('close', end);
  out.once('close', end);

  out.push(`retry: ${streamRetryMs}\n\n`);
  reply.header('Content-Type', 'text/event-stream; charset=utf-8').header('X-Accel-Buffering', 'no').send(out);
  return {
    ended: ended.signal,
    send(event, data) {
      if (ended.signal.aborted) return;
      tellMissed();
      if (missed > 0 || unread() > maxUnreadBytes) missed += 1;
      else write(event, data);
    },
  };
}
