import { describe, expect, it } from 'vitest';
import { type MemoryNetwork, memoryNetwork } from '../../../src/net/transport/memory.ts';
import type { Link, Transport } from '../../../src/net/transport/transport.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';
import { identityOf } from '../../support/identities.ts';
import { seededRandom } from '../../support/random.ts';
import { type Hosts, readAll, record, transportCompliance } from '../../support/transportCompliance.ts';
import { plainCompliance } from './plainCompliance.ts';

const [serverHost, clientHost] = ['10.0.0.1', '10.0.0.2'];
const tracker = { host: serverHost, port: 7450 };
const never = new AbortController().signal;

function network(options: { latencyMs?: number; loss?: number } = {}): MemoryNetwork & Hosts & { clock: FakeClock } {
  const clock = new FakeClock();
  const made = memoryNetwork({ clock, random: seededRandom(1), ...options });
  return { ...made, clock, client: made.at(clientHost), server: made.at(serverHost), serverHost };
}

transportCompliance('the transport in memory', () => network());
plainCompliance('the transport in memory', () => network());

async function listen(on: Transport): Promise<{ links: Link[]; departed: string[] }> {
  const links: Link[] = [];
  const departed: string[] = [];
  const identity = await identityOf('alice');
  await on.listen(
    { ...tracker, host: '0.0.0.0' },
    {
      identity,
      handshakeMs: 5000,
      accept: (link) => links.push(link),
      departed: ({ host }) => departed.push(host),
    },
  );
  return { links, departed };
}

const dial = async (from: Transport, signal = never): Promise<Link> =>
  from.dial(tracker, { identity: await identityOf('bob'), signal });

/** A link over a network, recorded at both ends. */
async function linked(over: ReturnType<typeof network>) {
  const { links, departed } = await listen(over.server);
  const dialling = dial(over.client);
  await over.clock.wind(1000);
  const near = await dialling;
  await over.clock.wind(1000);
  const [far] = links;
  if (far === undefined) throw new Error('no link came');
  return { near, far, atNear: record(near), atFar: record(far), departed };
}

describe('latency', () => {
  it('delays bytes by exactly that much', async () => {
    const over = network({ latencyMs: 40 });
    const { near, atFar } = await linked(over);
    near.write('ping');
    await over.clock.wind(39);
    expect(atFar.bytes().toString()).toBe('');
    await over.clock.wind(1);
    expect(atFar.bytes().toString()).toBe('ping');
  });

  it('delays a datagram by exactly that much', async () => {
    const over = network({ latencyMs: 40 });
    const got: string[] = [];
    await over.server.bind(tracker, (_, { host }) => got.push(host));
    const socket = await over.client.bind({ host: '0.0.0.0', port: 0 }, () => {});
    socket.send(new Uint8Array(1), tracker);
    await over.clock.wind(39);
    expect(got).toEqual([]);
    await over.clock.wind(1);
    expect(got).toEqual([clientHost]);
  });
});

describe('loss', () => {
  it('takes its share of the datagrams, and no bytes of links', async () => {
    const over = network({ loss: 0.3 });
    let got = 0;
    await over.server.bind(tracker, () => {
      got += 1;
    });
    const socket = await over.client.bind({ host: '0.0.0.0', port: 0 }, () => {});
    for (let count = 0; count < 10_000; count++) socket.send(new Uint8Array(1), tracker);
    const { near, atFar } = await linked(over);
    for (let count = 0; count < 100; count++) near.write('x');
    await settle();
    expect(got / 10_000).toBeCloseTo(0.7, 1);
    expect(atFar.bytes().length).toBe(100);
  });
});

describe('a cut cable', () => {
  it('lets nothing through and closes nothing; what was written arrives in order once it is mended', async () => {
    const over = network({ latencyMs: 1 });
    const { near, atFar, atNear } = await linked(over);
    near.write('1');
    over.cut(clientHost);
    near.write('2');
    await over.clock.wind(60_000);
    near.write('3');
    expect([atFar.bytes().toString(), near.queuedBytes]).toEqual(['', 3]);
    over.mend(clientHost);
    near.write('4');
    await over.clock.wind(1);
    expect([atFar.bytes().toString(), near.queuedBytes]).toEqual(['1234', 0]);
    expect([atFar.closings, atNear.closings]).toEqual([[], []]);
  });

  it('hides that the other side closed', async () => {
    const over = network();
    const { near, atFar, departed } = await linked(over);
    over.cut(serverHost);
    near.destroy();
    await over.clock.wind(60_000);
    expect([atFar.closings, departed]).toEqual([[], []]);
    over.mend(serverHost);
    await settle();
    expect([atFar.closings.length, departed]).toEqual([1, [clientHost]]);
  });

  it('ends the wait of a link that was ended', async () => {
    const over = network();
    const { near, atNear } = await linked(over);
    over.cut(serverHost);
    near.end();
    await over.clock.wind(4999);
    expect(atNear.closings).toEqual([]);
    await over.clock.wind(1);
    expect(atNear.closings).toEqual([undefined]);
    expect(over.clock.waiting).toBe(0);
  });

  it('loses datagrams for good', async () => {
    const over = network();
    let got = 0;
    await over.server.bind(tracker, () => {
      got += 1;
    });
    const socket = await over.client.bind({ host: '0.0.0.0', port: 0 }, () => {});
    over.cut(clientHost);
    socket.send(new Uint8Array(1), tracker);
    over.mend(clientHost);
    await settle();
    expect(got).toBe(0);
  });

  it('makes dialling wait until it is mended, or given up', async () => {
    const over = network();
    const { links } = await listen(over.server);
    over.cut(serverHost);
    const stop = new AbortController();
    const [patient, hasty] = [dial(over.client), dial(over.client, stop.signal)];
    await over.clock.wind(60_000);
    stop.abort(new Error('too long'));
    await expect(hasty).rejects.toThrow('too long');
    over.mend(serverHost);
    expect((await patient).remote).toEqual(tracker);
    await settle();
    expect(links).toHaveLength(1);
  });

  it('does not cut a host off from itself', async () => {
    const over = network();
    await listen(over.server);
    over.cut(serverHost);
    const link = await over.server.dial(
      { host: '127.0.0.1', port: 7450 },
      { identity: await identityOf('bob'), signal: never },
    );
    expect([link.local.host, link.remote.host]).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it('ends an answer that stalls, after 30 s and not before', async () => {
    const over = network();
    const identity = await identityOf('alice');
    async function* body(): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(1000);
    }
    const handle = async () => ({ status: 200, headers: new Map(), body: body() });
    await over.server.serveHttp(tracker, { identity, handle });
    const connection = await over.client.dialHttp(tracker, { identity, signal: never });
    const answer = await connection.request({ method: 'GET', path: '/', headers: new Map() }, never);
    const outcome: unknown[] = [];
    answer.read(() => over.cut(serverHost)).catch((error) => outcome.push(error.code));
    await over.clock.wind(29_999);
    expect(outcome).toEqual([]);
    await over.clock.wind(1);
    expect(outcome).toEqual(['unreachable']);
    expect(over.clock.waiting).toBe(0);
  });
});

describe('a host', () => {
  it('whose links are severed is told, and so are the others', async () => {
    const over = network();
    const { atNear, atFar, departed } = await linked(over);
    over.sever(clientHost);
    await settle();
    expect([atNear.closings[0], atFar.closings[0]]).toMatchObject([{ code: 'unreachable' }, { code: 'unreachable' }]);
    expect(departed).toEqual([clientHost]);
  });

  it('that is killed says nothing more, and others see its links close', async () => {
    const over = network();
    const { near, atNear, atFar } = await linked(over);
    const { links } = await listen(over.at('10.0.0.3'));
    const socket = await over.client.bind({ host: '0.0.0.0', port: 0 }, () => {});
    let datagrams = 0;
    await over.server.bind(tracker, () => {
      datagrams += 1;
    });
    over.kill(clientHost);
    near.write('from the grave');
    socket.send(new Uint8Array(1), tracker);
    const stop = new AbortController();
    const identity = await identityOf('bob');
    const dialling = over.client.dial({ host: '10.0.0.3', port: 7450 }, { identity, signal: stop.signal });
    await settle();
    stop.abort(new Error('given up'));
    await expect(dialling).rejects.toThrow('given up');
    expect([links.length, datagrams]).toEqual([0, 0]);
    expect(atNear.closings).toEqual([]);
    expect(atFar.closings).toHaveLength(1);
    expect(atFar.bytes().length).toBe(0);
  });

  it('that is killed frees its ports, and comes back afresh', async () => {
    const over = network();
    await linked(over);
    over.kill(serverHost);
    await expect(dial(over.client)).rejects.toMatchObject({ code: 'unreachable' });
    const { links } = await listen(over.at(serverHost));
    await dial(over.client);
    await settle();
    expect(links).toHaveLength(1);
  });

  it('hands over chunks that are wiped after the call, so that nobody keeps one', async () => {
    const over = network();
    const identity = await identityOf('alice');
    const handle = async () => ({ status: 200, headers: new Map(), body: new Uint8Array([1, 2, 3]) });
    await over.server.serveHttp(tracker, { identity, handle });
    const connection = await over.client.dialHttp(tracker, { identity, signal: never });
    const kept: Uint8Array[] = [];
    const request = { method: 'GET', path: '/', headers: new Map<string, string>() };
    await (await connection.request(request, never)).read((chunk) => void kept.push(chunk));
    const bytes = await readAll(await connection.request(request, never));
    expect(kept).toEqual([new Uint8Array(3)]);
    expect([...bytes]).toEqual([1, 2, 3]);
  });
});
