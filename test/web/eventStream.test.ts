import { type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { MiB } from '../../src/base/sizes.ts';
import { type EventStream, openEventStream } from '../../src/web/eventStream.ts';
import { maxUnreadBytes, streamBeatMs } from '../../src/web/limits.ts';
import type { Site } from '../../src/web/site.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { testSite, until } from './support.ts';

interface Events {
  text: { text: string };
  missed: { count: number };
}

let site: Site | undefined;
afterEach(() => site?.[Symbol.asyncDispose]());

/** A stream with a reader that does not read yet. */
async function scene() {
  const clock = new FakeClock();
  let stream: EventStream<Events> | undefined;
  site = await testSite({
    routes: (app) =>
      void app.get('/events', (asked, reply) => {
        stream = openEventStream<Events>(asked, reply, clock);
      }),
  });
  const { host, port } = site.at;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({ host, port, path: '/events', agent: false }, resolve);
    asked.on('error', reject);
    asked.end();
  });
  answer.on('error', () => {});
  if (stream === undefined) throw new Error('no stream');
  const read = { text: '' };
  const start = (): void => void answer.on('data', (chunk: Buffer) => (read.text += chunk));
  return { clock, stream, answer, read, start };
}

const events = (text: string): string[] => text.split('\n\n').filter((part) => part.includes('event:'));
const fill = 'x'.repeat(16_384);

describe('an event stream', () => {
  it('tells events by name and number as JSON on one line, and when to come again', async () => {
    const { stream, answer, read, start } = await scene();
    start();
    stream.send('text', { text: 'two\nlines\r\u2028' });
    stream.send('text', { text: 'more' });
    await until(() => events(read.text).length === 2, 'two events');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(read.text).toMatch(/^retry: \d+\n\n/);
    expect(events(read.text)).toEqual([
      `id: 1\nevent: text\ndata: ${JSON.stringify({ text: 'two\nlines\r\u2028' })}`,
      'id: 2\nevent: text\ndata: {"text":"more"}',
    ]);
  });

  it('says that it is here while nothing happens', async () => {
    const { clock, read, start } = await scene();
    start();
    await until(() => read.text !== '', 'its beginning');
    await clock.wind(streamBeatMs - 1);
    expect(read.text).not.toContain('\n: ');
    await clock.wind(1);
    await until(() => read.text.endsWith('\n: still here\n\n'), 'a sign of life');
  });

  it('loses events to a reader who leaves them unread, holds little of them, and tells how many were lost', async () => {
    const { stream, read, start } = await scene();
    const sent = 3000;
    for (let at = 0; at < sent; at++) {
      stream.send('text', { text: fill });
      if (at % 50 === 0) await new Promise((next) => setImmediate(next));
    }
    start();
    const came = (): number => events(read.text).filter((text) => text.includes('event: text')).length;
    const lost = (): number =>
      events(read.text)
        .filter((text) => text.includes('event: missed'))
        .reduce((sum, text) => sum + JSON.parse(text.split('data: ')[1] ?? '').count, 0);
    await until(() => came() + lost() === sent, 'all that was sent came or was told as lost');
    expect(lost()).toBeGreaterThan(1000);
    // The rest was on its way in the system's own buffers.
    expect(came() * fill.length).toBeLessThan(maxUnreadBytes + 16 * MiB);
    stream.send('text', { text: 'after' });
    await until(() => read.text.includes('after'), 'what comes after');
  });

  it('ends when its reader goes, and leaves no timer', async () => {
    const { clock, stream, answer } = await scene();
    answer.destroy();
    await until(() => stream.ended.aborted, 'the end');
    expect(clock.waiting).toBe(0);
    stream.send('text', { text: 'into the void' });
  });

  it('ends when its site closes, at once', async () => {
    const { clock, stream } = await scene();
    await site?.[Symbol.asyncDispose]();
    await until(() => stream.ended.aborted, 'the end');
    expect(clock.waiting).toBe(0);
  });
});
