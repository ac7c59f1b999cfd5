import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicKeyOf } from '../../src/net/identity/certificate.ts';
import type { Identity } from '../../src/net/identity/identity.ts';
import type {
  DialOptions,
  HttpAnswer,
  HttpHandler,
  HttpReply,
  Link,
  Listener,
  ListenOptions,
  Stream,
  Transport,
} from '../../src/net/transport/transport.ts';
import { decodeProblem } from '../../src/net/wire/peer.ts';
import { identityOf } from './identities.ts';

/** Two hosts of one network, as a transport is tested with. */
export interface Hosts {
  /** Reaches `serverHost`. */
  client: Transport;
  server: Transport;
  serverHost: string;
}

const MiB = 2 ** 20;
const patience = (): AbortSignal => AbortSignal.timeout(10_000);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What a stream got, and how often it was closed. */
export function record(stream: Stream): { bytes(): Buffer; closings: (Error | undefined)[]; closed: Promise<void> } {
  const chunks: Buffer[] = [];
  const closings: (Error | undefined)[] = [];
  const closed = new Promise<void>((resolve) => {
    stream.open({
      data: (bytes) => void chunks.push(Buffer.from(bytes)),
      closed(error) {
        closings.push(error);
        resolve();
      },
    });
  });
  return { bytes: () => Buffer.concat(chunks), closings, closed };
}

export async function until(done: () => boolean): Promise<void> {
  for (let turns = 0; !done(); turns++) {
    if (turns > 200_000) throw new Error('what was waited for did not happen');
    await turn();
  }
}

/** Bytes that differ from place to place, so that none may be lost, doubled or swapped. */
export function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32BE(Math.imul(at + 1, 2_654_435_761) >>> 0, at);
  return bytes;
}

export async function readAll(answer: HttpAnswer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await answer.read((chunk) => void chunks.push(Buffer.from(chunk)));
  return Buffer.concat(chunks);
}

const get = { method: 'GET', path: '/', headers: new Map<string, string>() };
const reply = (body: HttpReply['body'], headers: [string, string][] = []): HttpReply => ({
  status: 200,
  headers: new Map(headers),
  ...(body !== undefined && { body }),
});

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What every transport has to do. `hosts` is called for each test anew. */
export function transportCompliance(name: string, hosts: () => Hosts): void {
  describe(name, () => {
    let world: Hosts;
    let alice: Identity;
    let bob: Identity;
    let open: AsyncDisposable[] = [];

    beforeEach(async () => {
      world = hosts();
      [alice, bob] = await Promise.all([identityOf('alice'), identityOf('bob')]);
    });
    afterEach(async () => {
      await Promise.all(open.map((one) => one[Symbol.asyncDispose]()));
      open = [];
    });

    const keep = <T extends AsyncDisposable>(one: T): T => {
      open.push(one);
      return one;
    };
    const listen = async (
      options: Partial<ListenOptions> & Pick<ListenOptions, 'accept'>,
      port = 0,
    ): Promise<Listener> =>
      keep(
        await world.server.listen({ host: world.serverHost, port }, { identity: alice, handshakeMs: 5000, ...options }),
      );
    const at = (listener: Listener): { host: string; port: number } => ({
      host: world.serverHost,
      port: listener.at.port,
    });
    const dial = (listener: Listener, options: Partial<DialOptions> = {}): Promise<Link> =>
      world.client.dial(at(listener), { identity: bob, signal: patience(), ...options });
    /** Both ends of one link. */
    const pair = async (): Promise<{ near: Link; far: Link; listener: Listener }> => {
      let accepted: (link: Link) => void = () => {};
      const far = new Promise<Link>((resolve) => {
        accepted = resolve;
      });
      const listener = await listen({ accept: (link) => accepted(link) });
      return { near: await dial(listener), far: await far, listener };
    };
    const serve = async (handle: HttpHandler): Promise<Listener> =>
      keep(await world.server.serveHttp({ host: world.serverHost, port: 0 }, { identity: alice, handle }));
    const dialHttp = async (listener: Listener, options: Partial<DialOptions> = {}) =>
      keep(await world.client.dialHttp(at(listener), { identity: bob, signal: patience(), ...options }));
    const fetchFrom = async (handle: HttpHandler): Promise<HttpAnswer> =>
      (await dialHttp(await serve(handle))).request(get, patience());

    describe('links', () => {
      it('carry bytes in order, both ways at once', async () => {
        const { near, far } = await pair();
        const [nearGot, farGot] = [record(near), record(far)];
        const [up, down] = [pattern(3 * MiB), pattern(2 * MiB).reverse()];
        for (let from = 0; from < up.length; from += 300_000) near.write(up.subarray(from, from + 300_000));
        far.write(down);
        near.write('the end');
        await until(() => nearGot.bytes().length >= down.length && farGot.bytes().length >= up.length + 7);
        expect(nearGot.bytes().equals(down)).toBe(true);
        expect(farGot.bytes().equals(Buffer.concat([up, Buffer.from('the end')]))).toBe(true);
      });

      it('know who is at the other end, and where', async () => {
        const { near, far, listener } = await pair();
        expect(near.fingerprint).toBe(alice.fingerprint);
        expect(far.fingerprint).toBe(bob.fingerprint);
        expect(Buffer.from(near.publicKey).equals(publicKeyOf(alice.certificate))).toBe(true);
        expect(near.remote).toEqual(at(listener));
        expect(near.remote).toEqual(far.local);
        expect(near.local).toEqual(far.remote);
      });

      it('deliver what was written before they were opened', async () => {
        const { near, far } = await pair();
        far.write('early');
        await turn();
        const got = record(near);
        await until(() => got.bytes().length === 5);
        expect(got.bytes().toString()).toBe('early');
      });

      it('send what is queued before they end, and close once on both sides, without an error', async () => {
        const { near, far } = await pair();
        const [nearGot, farGot] = [record(near), record(far)];
        const bytes = pattern(2 * MiB);
        near.write(bytes);
        near.end();
        near.write('too late');
        await Promise.all([nearGot.closed, farGot.closed]);
        near.end();
        near.destroy();
        far.destroy();
        await turn();
        expect(farGot.bytes().equals(bytes)).toBe(true);
        expect([nearGot.closings, farGot.closings]).toEqual([[undefined], [undefined]]);
      });

      it('close at once when destroyed, and the other side sees it once', async () => {
        const { near, far } = await pair();
        const [nearGot, farGot] = [record(near), record(far)];
        far.destroy();
        far.destroy();
        far.write('nobody hears');
        await Promise.all([nearGot.closed, farGot.closed]);
        await turn();
        expect(nearGot.closings).toHaveLength(1);
        expect(farGot.closings).toEqual([undefined]);
      });

      it('count the bytes that have not left yet', async () => {
        const { near, far } = await pair();
        const got = record(far);
        expect(near.queuedBytes).toBe(0);
        near.write(Buffer.alloc(8 * MiB));
        expect(near.queuedBytes).toBeGreaterThan(0);
        await until(() => got.bytes().length === 8 * MiB && near.queuedBytes === 0);
        expect(near.queuedBytes).toBe(0);
      });
    });

    describe('dialling', () => {
      it('goes through to the key that is expected', async () => {
        const listener = await listen({ accept: record });
        const link = await dial(listener, { expect: alice.fingerprint });
        expect(link.fingerprint).toBe(alice.fingerprint);
      });

      it('refuses another key before a byte is sent', async () => {
        const heard: ReturnType<typeof record>[] = [];
        const gone: string[] = [];
        const listener = await listen({
          accept: (link) => heard.push(record(link)),
          departed: () => gone.push('departed'),
        });
        await expect(dial(listener, { expect: bob.fingerprint })).rejects.toMatchObject({ code: 'key-changed' });
        await until(() => gone.length > 0);
        expect(heard.map((one) => one.bytes().length)).toEqual(heard.map(() => 0));
        expect(gone).toEqual(['departed']);
      });

      it('says where nothing listens', async () => {
        const listener = await listen({ accept: record });
        await listener[Symbol.asyncDispose]();
        const failure = dial(listener);
        await expect(failure).rejects.toMatchObject({ code: 'unreachable' });
        await expect(failure).rejects.toThrow(`${world.serverHost}:${listener.at.port}`);
      });

      it('tells a tracker from a peer', async () => {
        const links = await listen({ accept: record });
        const http = await serve(async () => reply(undefined));
        await expect(dial(http)).rejects.toMatchObject({ code: 'unreachable', message: /not a rollcall tracker/ });
        await expect(dialHttp(links)).rejects.toMatchObject({ code: 'unreachable', message: /not a rollcall peer/ });
      });

      it('stops with the reason of its signal', async () => {
        const listener = await listen({ accept: record });
        const why = new Error('changed my mind');
        await expect(dial(listener, { signal: AbortSignal.abort(why) })).rejects.toBe(why);
        const stop = new AbortController();
        const dialling = dial(listener, { signal: stop.signal });
        stop.abort(why);
        await expect(dialling).rejects.toBe(why);
      });

      it('is not let in where `admit` says no, and nobody departs', async () => {
        const seen: string[] = [];
        const listener = await listen({
          accept: () => seen.push('accepted'),
          admit: () => false,
          departed: () => seen.push('departed'),
        });
        await expect(dial(listener)).rejects.toMatchObject({ code: 'unreachable' });
        expect(seen).toEqual([]);
      });
    });

    describe('a listener', () => {
      it('is told of each departure once, by the address it admitted', async () => {
        const [admitted, departed]: [string[], string[]] = [[], []];
        const listener = await listen({
          accept: record,
          admit: (remote) => admitted.push(JSON.stringify(remote)) > 0,
          departed: (remote) => departed.push(JSON.stringify(remote)),
        });
        const links = [await dial(listener), await dial(listener)];
        for (const link of links) link.destroy();
        await until(() => departed.length === 2);
        expect(new Set(departed)).toEqual(new Set(admitted));
        expect(departed).toHaveLength(2);
      });

      it('frees its port and closes its links when it is disposed of', async () => {
        const { near, listener } = await pair();
        const got = record(near);
        await listener[Symbol.asyncDispose]();
        await got.closed;
        const again = await listen({ accept: record }, listener.at.port);
        expect(again.at.port).toBe(listener.at.port);
      });

      it('cannot have a port that is taken', async () => {
        const { port } = (await listen({ accept: record })).at;
        await expect(listen({ accept: record }, port)).rejects.toMatchObject({ code: 'usage', message: /taken/ });
      });
    });

    describe('HTTP', () => {
      it('carries a request and its answer', async () => {
        const listener = await serve(async (request, caller) => ({
          status: 206,
          headers: new Map([['etag', '"x"']]),
          body: Buffer.from(`${request.method} ${request.path} ${request.headers.get('range')} ${caller.fingerprint}`),
        }));
        const connection = await dialHttp(listener, { expect: alice.fingerprint });
        const headers = new Map([['range', 'bytes=0-9']]);
        const answer = await connection.request({ method: 'GET', path: '/content/ab?x=1', headers }, patience());
        expect(connection.fingerprint).toBe(alice.fingerprint);
        expect(Buffer.from(connection.publicKey).equals(publicKeyOf(alice.certificate))).toBe(true);
        expect(answer.status).toBe(206);
        expect(answer.headers.get('etag')).toBe('"x"');
        expect((await readAll(answer)).toString()).toBe(`GET /content/ab?x=1 bytes=0-9 ${bob.fingerprint}`);
      });

      it('refuses another key before a request is sent', async () => {
        const requests: string[] = [];
        const listener = await serve(async ({ path }) => {
          requests.push(path);
          return reply(undefined);
        });
        await expect(dialHttp(listener, { expect: bob.fingerprint })).rejects.toMatchObject({ code: 'key-changed' });
        expect(requests).toEqual([]);
      });

      it('answers one request after the other on one connection', async () => {
        const connection = await dialHttp(await serve(async ({ path }) => reply(Buffer.from(path))));
        const bodies: string[] = [];
        for (const path of ['/1', '/2', '/3']) {
          bodies.push((await readAll(await connection.request({ ...get, path }, patience()))).toString());
        }
        expect(bodies).toEqual(['/1', '/2', '/3']);
      });

      it('brings a large body whole to a slow sink, and its source does not run ahead', async () => {
        const chunk = pattern(MiB);
        const size = 64 * MiB;
        let produced = 0;
        let lead = 0;
        async function* source(): AsyncGenerator<Uint8Array> {
          for (; produced < size; produced += chunk.length) yield chunk;
        }
        const answer = await fetchFrom(async () => reply(source(), [['content-length', String(size)]]));
        const [sent, got] = [createHash('sha256'), createHash('sha256')];
        for (let bytes = 0; bytes < size; bytes += chunk.length) sent.update(chunk);
        let consumed = 0;
        await answer.read(async (bytes) => {
          lead = Math.max(lead, produced - consumed);
          await turn();
          got.update(bytes);
          consumed += bytes.length;
        });
        expect(consumed).toBe(size);
        expect(got.digest('hex')).toBe(sent.digest('hex'));
        expect(lead).toBeLessThan(32 * MiB);
      });

      it('carries a body whose length is not announced', async () => {
        const bytes = pattern(300_001);
        const answer = await fetchFrom(async () => reply(pieces(bytes, 7_777)));
        expect((await readAll(answer)).equals(bytes)).toBe(true);
      });

      it('brings each part of an open answer as soon as it is there', async () => {
        let more = (): void => {};
        async function* source(): AsyncGenerator<Uint8Array> {
          for (const line of ['one\n', 'two\n', 'three\n']) {
            yield Buffer.from(line);
            await new Promise<void>((resolve) => {
              more = resolve;
            });
          }
        }
        const answer = await fetchFrom(async () => reply(source()));
        let got = '';
        const reading = answer.read((bytes) => {
          got += Buffer.from(bytes).toString();
        });
        for (const all of ['one\n', 'one\ntwo\n', 'one\ntwo\nthree\n']) {
          await until(() => got === all);
          await turn();
          more();
        }
        await reading;
      });

      it('needs no body, nor the whole of a HEAD, for the next request', async () => {
        const listener = await serve(async ({ path }) =>
          path === '/none'
            ? { status: 404, headers: new Map() }
            : reply(pieces(pattern(1000), 100), [['content-length', '1000']]),
        );
        const connection = await dialHttp(listener);
        const head = await connection.request({ ...get, method: 'HEAD' }, patience());
        expect(head.headers.get('content-length')).toBe('1000');
        const none = await connection.request({ ...get, path: '/none' }, patience());
        expect(none.status).toBe(404);
        const whole = await connection.request(get, patience());
        expect((await readAll(whole)).length).toBe(1000);
        expect((await readAll(head)).length + (await readAll(none)).length).toBe(0);
      });

      it('notices a body that fails in the middle', async () => {
        async function* source(): AsyncGenerator<Uint8Array> {
          yield pattern(1000);
          throw new Error('the disk is gone');
        }
        const answer = await fetchFrom(async () => reply(source(), [['content-length', '5000']]));
        await expect(readAll(answer)).rejects.toMatchObject({ code: 'unreachable' });
      });

      it('notices a body of unannounced length that fails in the middle', async () => {
        async function* source(): AsyncGenerator<Uint8Array> {
          yield pattern(1000);
          throw new Error('the disk is gone');
        }
        await expect(fetchFrom(async () => reply(source())).then(readAll)).rejects.toMatchObject({
          code: 'unreachable',
        });
      });

      it.each([999, 1001])('notices a body of 1000 bytes that was announced as %i', async (announced) => {
        const length = String(announced);
        const answer = await fetchFrom(async () => reply(pieces(pattern(1000), 300), [['content-length', length]]));
        await expect(readAll(answer)).rejects.toMatchObject({ code: 'unreachable' });
      });

      it('turns a handler that fails into a problem with status 500', async () => {
        const answer = await fetchFrom(async () => {
          throw new Error('/home/alice is on fire');
        });
        const body = await readAll(answer);
        expect(answer.status).toBe(500);
        expect(decodeProblem(body)?.code).toBe('fault');
        expect(body.toString()).not.toContain('alice');
      });

      it('closes the source and tells the handler when the caller leaves in the middle', async () => {
        const seen: string[] = [];
        async function* source(): AsyncGenerator<Uint8Array> {
          try {
            for (let count = 0; count < 1000; count++) yield pattern(MiB);
          } finally {
            seen.push('closed');
          }
        }
        const listener = await serve(async (_request, caller) => {
          caller.signal.addEventListener('abort', () => seen.push('told'));
          return reply(source());
        });
        const connection = await dialHttp(listener);
        const answer = await connection.request(get, patience());
        const reading = answer.read(() => {
          void connection[Symbol.asyncDispose]();
        });
        await expect(reading).rejects.toMatchObject({ code: 'interrupted' });
        await until(() => seen.length === 2);
        expect(seen.sort()).toEqual(['closed', 'told']);
      });

      it('closes a source that stalls when the caller leaves', async () => {
        const seen: string[] = [];
        const source: AsyncIterable<Uint8Array> = {
          [Symbol.asyncIterator]: () => ({
            next: () => new Promise(() => {}),
            async return() {
              seen.push('closed');
              return { done: true, value: undefined };
            },
          }),
        };
        const stop = new AbortController();
        const connection = await dialHttp(await serve(async () => reply(source)));
        const answer = await connection.request(get, stop.signal);
        const reading = readAll(answer);
        const why = new Error('enough');
        stop.abort(why);
        await expect(reading).rejects.toBe(why);
        await until(() => seen.length > 0);
        expect(seen).toEqual(['closed']);
      });

      it('takes one request at a time', async () => {
        const connection = await dialHttp(await serve(async () => reply(pieces(pattern(MiB), 1000))));
        await connection.request(get, patience());
        await expect(connection.request(get, patience())).rejects.toMatchObject({ code: 'fault' });
      });

      it.each(['at once', 'later'])('ends the reading with what the sink throws %s', async (when) => {
        const answer = await fetchFrom(async () => reply(pieces(pattern(MiB), 100_000)));
        const full = new Error('the disk is full');
        const reading = answer.read(() => {
          if (when === 'at once') throw full;
          return turn().then(() => Promise.reject(full));
        });
        await expect(reading).rejects.toBe(full);
      });

      it('gives the sink nothing more once the reading was stopped', async () => {
        const answer = new AbortController();
        const connection = await dialHttp(await serve(async () => reply(pieces(pattern(8 * MiB), 100_000))));
        const { read } = await connection.request(get, answer.signal);
        let chunks = 0;
        let release: () => void = () => {};
        const reading = read(() => {
          chunks += 1;
          return new Promise<void>((resolve) => {
            release = resolve;
          });
        });
        await until(() => chunks === 1);
        for (let turns = 0; turns < 20; turns++) await turn();
        answer.abort(new Error('enough'));
        await expect(reading).rejects.toThrow('enough');
        release();
        for (let turns = 0; turns < 20; turns++) await turn();
        expect(chunks).toBe(1);
      });

      it('notices a server that is gone', async () => {
        async function* source(): AsyncGenerator<Uint8Array> {
          for (let count = 0; count < 1000; count++) {
            yield pattern(10_000);
            await turn();
          }
        }
        const listener = await serve(async () => reply(source()));
        const connection = await dialHttp(listener);
        const reading = readAll(await connection.request(get, patience()));
        const [outcome] = await Promise.allSettled([reading, listener[Symbol.asyncDispose]()]);
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unreachable' } });
        await expect(connection.request(get, patience())).rejects.toMatchObject({ code: 'unreachable' });
      });
    });

    describe('packets', () => {
      it('arrive with where they came from, so that they can be answered', async () => {
        const got: string[] = [];
        const server = keep(
          await world.server.bind({ host: world.serverHost, port: 0 }, (datagram, from) => {
            got.push(Buffer.from(datagram).toString());
            server.send(Buffer.from('pong'), from);
          }),
        );
        const client = keep(
          await world.client.bind({ host: '0.0.0.0', port: 0 }, (datagram) =>
            got.push(Buffer.from(datagram).toString()),
          ),
        );
        client.send(Buffer.from('ping'), { host: world.serverHost, port: server.at.port });
        await until(() => got.length === 2);
        expect(got).toEqual(['ping', 'pong']);
      });

      it('may go to nobody, and nothing fails', async () => {
        const got: string[] = [];
        const server = await world.server.bind({ host: world.serverHost, port: 0 }, () => got.push('server'));
        const client = keep(await world.client.bind({ host: '0.0.0.0', port: 0 }, () => got.push('client')));
        await server[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
        server.send(Buffer.from('x'), { host: world.serverHost, port: client.at.port });
        for (let count = 0; count < 3; count++) {
          client.send(Buffer.from('x'), { host: world.serverHost, port: server.at.port });
          await turn();
        }
        expect(got).toEqual([]);
      });

      it('have a port of their own until they are disposed of', async () => {
        const first = await world.server.bind({ host: world.serverHost, port: 0 }, () => {});
        const again = () => world.server.bind({ host: world.serverHost, port: first.at.port }, () => {});
        await expect(again()).rejects.toMatchObject({ code: 'usage', message: /taken/ });
        await first[Symbol.asyncDispose]();
        expect(keep(await again()).at.port).toBe(first.at.port);
      });
    });
  });
}
