import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isoDate, parseClassicDate, parseIsoDate } from '../../src/base/dates.ts';
import { silentLog } from '../../src/base/log.ts';
import { askClock } from '../../src/clock/ask.ts';
import { startClock } from '../../src/clock/startClock.ts';
import { nodeTransport } from '../../src/net/transport/node.ts';
import { FakeClock } from '../support/fakeClock.ts';

const host = '127.0.0.1';
const never = new AbortController().signal;

let close: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of close) await one();
  close = [];
});

/** A foreign date service, and what it was asked for. */
async function foreign(answer: RequestListener): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  }).listen(0, host);
  close.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return { url: `http://${host}:${(server.address() as AddressInfo).port}`, asked };
}

const saying = (text: string, type = 'text/html; charset=utf-8') =>
  foreign((_, response) => void response.setHeader('content-type', type).end(text));

const localStamp = (text: string): string => {
  const moment = parseClassicDate(text) ?? parseIsoDate(text);
  if (moment === undefined) throw new Error(`no date: ${text}`);
  return isoDate(moment.wallMs, moment.offset);
};

describe('asking for the date', () => {
  it('asks our own service at /datetime where no path is named', async () => {
    const clock = new FakeClock();
    const service = await startClock({ host, port: 0, transport: nodeTransport(), clock, log: silentLog });
    close.push(() => service[Symbol.asyncDispose]());
    const url = `http://${host}:${service.at.port}`;
    for (const path of ['', '/', '/datetime']) {
      expect(await askClock(url + path, { signal: never })).toBe(isoDate(clock.wall()));
    }
    clock.jumpWall(-(clock.wall() % 1000));
    expect(await askClock(`${url}/fecha`, { signal: never })).toBe(isoDate(clock.wall()));
  });

  it.each([
    ['{"datetime": "2026-05-01T14:03:00.123+02:00", "zone": "x"}', '2026-05-01T14:03:00.123+02:00'],
    ['{"datetime": "2026-05-01T14:03:00Z"}', '2026-05-01T14:03:00.000+00:00'],
    ['{"datetime": "2026-05-01 14:03:00.123456"}', localStamp('2026-05-01T14:03:00.123')],
    ['{"datetime": "01/05/2026 14:03:00"}', localStamp('01/05/2026 14:03:00')],
    ['"01/05/2026 14:03:00"', localStamp('01/05/2026 14:03:00')],
    ['01/05/2026 14:03:00', localStamp('01/05/2026 14:03:00')],
    [' 01/05/2026 14:03:00\r\n', localStamp('01/05/2026 14:03:00')],
    ['2026-05-01T14:03:00+02:00', '2026-05-01T14:03:00.000+02:00'],
  ])('takes %s for %s', async (text, stamp) => {
    const { url, asked } = await saying(text);
    expect(await askClock(`${url}/now?x=1`, { signal: never })).toBe(stamp);
    expect(asked).toEqual(['GET /now?x=1']);
  });

  it.each([
    ['a web page', '<!doctype html><title>Hello</title>', /a web page/],
    ['a date that is none', '{"datetime": "31/02/2026 00:00:00"}', /no date/],
    ['the year 1', '0001-01-01T00:00:00Z', /no date/],
    ['the year 12026', '{"datetime": "12026-01-01T00:00:00Z"}', /no date/],
    ['a number', '{"datetime": 1777637000}', /no date/],
    ['half of an object', '{"datetime": "01/05/2026 14:03:00"', /no date/],
    ['nothing', '', /no date/],
    ['escape sequences', '\u001b[2J', /"\\u\{1b\}\[2J"/],
    ['too much', '01/05/2026 14:03:00'.padEnd(4097), /4096 bytes/],
  ])('refuses %s', async (_, text, message) => {
    const { url } = await saying(text);
    await expect(askClock(url, { signal: never })).rejects.toMatchObject({ code: 'bad-message', message });
  });

  it('takes a date in as many bytes as it may have', async () => {
    const { url } = await saying('01/05/2026 14:03:00'.padEnd(4096));
    expect(await askClock(url, { signal: never })).toBe(localStamp('01/05/2026 14:03:00'));
  });

  it('reads no more of a body without end than it has to', async () => {
    let sent = 0;
    const { url } = await foreign((_, response) => {
      const more = (): void => {
        sent += 1024;
        if (!response.destroyed) response.write(' '.repeat(1024), () => setImmediate(more));
      };
      more();
    });
    await expect(askClock(url, { signal: never })).rejects.toMatchObject({
      code: 'bad-message',
      message: /4096 bytes/,
    });
    expect(sent).toBeLessThan(16 * 2 ** 20);
  });

  it('follows nobody elsewhere, and says where it was sent', async () => {
    const { url: other, asked } = await saying('01/05/2026 14:03:00');
    const { url } = await foreign((_, response) => void response.writeHead(302, { location: `${other}/x` }).end());
    const asking = askClock(url, { signal: never });
    await expect(asking).rejects.toMatchObject({ code: 'bad-message', message: new RegExp(`sends us to ${other}/x`) });
    expect(asked).toEqual([]);
  });

  it('says which status came instead of a date', async () => {
    const { url } = await foreign((_, response) => void response.writeHead(404).end('01/05/2026 14:03:00'));
    await expect(askClock(url, { signal: never })).rejects.toMatchObject({
      code: 'bad-message',
      message: /status 404/,
    });
  });

  it.each([
    ['answers nothing', () => {}],
    ['stops in the middle', (_: unknown, response: { write(text: string): void }) => response.write('01/05/2026')],
  ])('gives up a service that %s once its time is over', async (_, answer) => {
    const { url } = await foreign(answer as RequestListener);
    await expect(askClock(url, { timeoutMs: 100, signal: never })).rejects.toMatchObject({
      code: 'unreachable',
      message: /has not answered within 0\.1 s/,
    });
  });

  it('says that nothing is there', async () => {
    const { url } = await saying('');
    await close.pop()?.();
    await expect(askClock(url, { signal: never })).rejects.toMatchObject({ code: 'unreachable', message: /cannot be/ });
  });

  it('stops with the reason of its signal', async () => {
    const { url } = await foreign(() => {});
    const why = new Error('changed my mind');
    await expect(askClock(url, { signal: AbortSignal.abort(why) })).rejects.toBe(why);
    const stop = new AbortController();
    const asking = askClock(url, { signal: stop.signal });
    stop.abort(why);
    await expect(asking).rejects.toBe(why);
  });

  it.each(['', 'localhost:7452', 'ftp://localhost/', 'file:///etc/passwd', 'http://user:word@localhost/'])(
    'refuses the address %j before anything is sent',
    async (url) => {
      await expect(askClock(url, { signal: never })).rejects.toMatchObject({ code: 'usage' });
    },
  );
});
