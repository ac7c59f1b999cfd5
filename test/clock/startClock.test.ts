import { afterEach, describe, expect, it, vi } from 'vitest';
import { isoDate, parseClassicDate, parseIsoDate } from '../../src/base/dates.ts';
import { silentLog } from '../../src/base/log.ts';
import { runClock } from '../../src/clock/command.ts';
import { maxConnections } from '../../src/clock/limits.ts';
import { startClock } from '../../src/clock/startClock.ts';
import { memoryNetwork } from '../../src/net/transport/memory.ts';
import { nodeTransport } from '../../src/net/transport/node.ts';
import type { Stream } from '../../src/net/transport/transport.ts';
import { FakeClock, settle } from '../support/fakeClock.ts';
import { seededRandom } from '../support/random.ts';
import { record, until } from '../support/transportCompliance.ts';

const host = '127.0.0.1';

describe('the date service on a socket', () => {
  it('tells the time of its clock, in the zone of this machine', async () => {
    const clock = new FakeClock();
    await using service = await startClock({ host, port: 0, transport: nodeTransport(), clock, log: silentLog });
    const at = `http://${host}:${service.at.port}`;
    const json = await fetch(`${at}/datetime`);
    expect(await json.json()).toMatchObject({
      datetime: isoDate(clock.wall()),
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
    clock.jumpWall(3_600_000);
    expect(parseClassicDate(await (await fetch(`${at}/fecha`)).text())?.wallMs).toBe(clock.wall());
  });

  it('answers HEAD with the length of what GET says, and no body', async () => {
    const clock = new FakeClock();
    await using service = await startClock({ host, port: 0, transport: nodeTransport(), clock, log: silentLog });
    const head = await fetch(`http://${host}:${service.at.port}/fecha`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '19', '']);
  });

  it('says where its port is taken', async () => {
    const options = { host, transport: nodeTransport(), clock: new FakeClock(), log: silentLog };
    await using service = await startClock({ ...options, port: 0 });
    await expect(startClock({ ...options, port: service.at.port })).rejects.toMatchObject({ code: 'usage' });
  });
});

it('as many may be connected as its limit says, and another once one has left', async () => {
  const clock = new FakeClock();
  const transport = memoryNetwork({ clock, random: seededRandom(1) }).at('10.0.0.1');
  const warned: object[] = [];
  const log = { ...silentLog, warn: (fields: object) => void warned.push(fields) };
  await using service = await startClock({ host: '10.0.0.1', port: 7452, transport, clock, log });
  const dial = (): Promise<Stream> => transport.dialPlain(service.at, { signal: new AbortController().signal });
  const streams: Stream[] = [];
  for (let count = 0; count < maxConnections; count++) streams.push(await dial());
  for (const stream of streams) record(stream);
  await expect(dial()).rejects.toMatchObject({ code: 'unreachable' });
  expect(warned).toMatchObject([{ maxConnections }]);
  streams[0]?.destroy();
  await settle();
  const got = record(await dial());
  await settle();
  expect(got.closings).toEqual([]);
});

describe('the command', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
  });

  const start = (json: boolean) => {
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    return { written, running: runClock({ host, port: 0, json }) };
  };

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'says in one line that it is ready, serves, and ends by %s',
    async (signal) => {
      const { written, running } = start(true);
      await until(() => written.length === 1);
      const ready = JSON.parse(written[0] ?? '');
      expect(ready).toEqual({ event: 'ready', host, port: expect.any(Number) });
      const url = `http://${host}:${ready.port}/datetime`;
      const { datetime } = JSON.parse(await (await fetch(url)).text());
      expect(Math.abs(Date.now() - (parseIsoDate(datetime)?.wallMs ?? 0))).toBeLessThan(60_000);
      process.emit(signal);
      await running;
      await expect(fetch(url)).rejects.toThrow();
    },
  );

  it('tells a person where to ask', async () => {
    const { written, running } = start(false);
    await until(() => written.length === 1);
    process.emit('SIGTERM');
    await running;
    expect(written.join('')).toMatch(/^The date is told at http:\/\/127\.0\.0\.1:\d+\/datetime\. Ctrl-C ends it\.\n$/);
  });
});
