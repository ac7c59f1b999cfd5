import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer, type Socket } from 'node:net';
import {
  type ConnectionOptions,
  connect as connectTls,
  createServer as createTlsServer,
  type TLSSocket,
} from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { RollcallError } from '../../../src/base/errors.ts';
import { silentLog } from '../../../src/base/log.ts';
import { plainAddress } from '../../../src/net/transport/node/address.ts';
import { bindFailure, dialFailure } from '../../../src/net/transport/node/errors.ts';
import { certified, shownFingerprint } from '../../../src/net/transport/node/tls.ts';
import { nodeTransport } from '../../../src/net/transport/node.ts';
import type { Endpoint, HttpHandler, Link, Listener } from '../../../src/net/transport/transport.ts';
import { controlProtocol } from '../../../src/net/wire/control.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';
import { identityOf } from '../../support/identities.ts';
import { type Hosts, readAll, record, transportCompliance, until } from '../../support/transportCompliance.ts';
import { plainCompliance } from './plainCompliance.ts';

const host = '127.0.0.1';
const patience = (): AbortSignal => AbortSignal.timeout(10_000);

const loopback = (): Hosts => {
  const transport = nodeTransport();
  return { client: transport, server: transport, serverHost: host };
};

transportCompliance('the transport on sockets', loopback);
plainCompliance('the transport on sockets', loopback);

let open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.reverse()) await close();
  open = [];
});

/** A foreign server that does this with each connection. */
async function foreign(serve: (socket: Socket) => void): Promise<Endpoint> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => sockets.delete(socket));
    serve(socket);
  }).listen(0, host);
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  return { host, port: (server.address() as AddressInfo).port };
}

/** A listener for links, with all that it is told. */
async function listen(clock = new FakeClock()): Promise<{
  port: number;
  clock: FakeClock;
  links: Link[];
  refused: RollcallError[];
  departed: Endpoint[];
}> {
  const links: Link[] = [];
  const refused: Error[] = [];
  const departed: Endpoint[] = [];
  const listener = await nodeTransport({ clock }).listen(
    { host, port: 0 },
    {
      identity: await identityOf('alice'),
      handshakeMs: 5000,
      accept: (link) => links.push(link),
      refused: (_, error) => refused.push(error),
      departed: (remote) => departed.push(remote),
    },
  );
  open.push(() => listener[Symbol.asyncDispose]());
  return { port: listener.at.port, clock, links, refused: refused as RollcallError[], departed };
}

async function serve(handle: HttpHandler, clock = new FakeClock()): Promise<{ listener: Listener; clock: FakeClock }> {
  const identity = await identityOf('alice');
  const listener = await nodeTransport({ clock }).serveHttp({ host, port: 0 }, { identity, handle });
  open.push(() => listener[Symbol.asyncDispose]());
  return { listener, clock };
}

const dial = async (to: Endpoint, signal = patience()): Promise<Link> =>
  nodeTransport().dial(to, { identity: await identityOf('bob'), signal });

/** A raw TLS connection, and all that it gets. */
function tls(port: number, options: ConnectionOptions = {}): { socket: TLSSocket; got: Buffer[] } {
  const socket = connectTls({ host, port, rejectUnauthorized: false, ...options });
  const got: Buffer[] = [];
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => got.push(bytes));
  open.push(() => socket.destroy());
  return { socket, got };
}

const closing = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

describe('dialling something that is no tracker', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['a server that greets in plain text', (socket) => socket.write('220 mail ready\r\n')],
    ['an HTTP server', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('says so of %s', async (_, behaviour) => {
    const failure = dial(await foreign(behaviour));
    await expect(failure).rejects.toMatchObject({ code: 'unreachable', message: /not a rollcall tracker/ });
  });

  it('says so of another TLS server', async () => {
    const { key, certificate } = await identityOf('alice');
    const server = createTlsServer({ key, cert: certificate }).listen(0, host);
    open.push(() => server.close());
    await once(server, 'listening');
    const failure = dial({ host, port: (server.address() as AddressInfo).port });
    await expect(failure).rejects.toMatchObject({ code: 'unreachable', message: /not a rollcall tracker/ });
  });

  it('says that a silent one does not answer, once the deadline is over', async () => {
    const to = await foreign(() => {});
    await expect(dial(to, AbortSignal.timeout(50))).rejects.toMatchObject({
      code: 'unreachable',
      message: new RegExp(`${host}:${to.port} does not answer`),
    });
  });

  it('says that one which hangs up was lost', async () => {
    const failure = dial(await foreign((socket) => socket.destroy()));
    await expect(failure).rejects.toMatchObject({ code: 'unreachable', message: /was lost/ });
  });

  it('says that a name does not exist', async () => {
    const failure = dial({ host: 'name.invalid', port: 7450 });
    await expect(failure).rejects.toMatchObject({ code: 'unreachable', message: /no machine .* name\.invalid:7450/ });
  });
});

describe('a listener for links', () => {
  it.each([
    ['says nothing', ''],
    ['begins a handshake and stops', '\x16\x03\x01'],
  ])('drops a caller who %s when the time for the handshake is over', async (_, bytes) => {
    const { port, clock, refused, departed } = await listen();
    const caller = connectTcp({ host, port });
    const closed = closing(caller);
    caller.write(bytes);
    await once(caller, 'connect');
    await until(() => clock.waiting === 1);
    await clock.wind(4999);
    expect(departed).toEqual([]);
    await clock.wind(1);
    await closed;
    await until(() => departed.length === 1);
    expect(refused).toMatchObject([{ code: 'limit' }]);
    expect(clock.waiting).toBe(0);
  });

  it('keeps no timer for a link that stands', async () => {
    const { port, clock, links } = await listen();
    await dial({ host, port });
    await until(() => links.length === 1);
    expect(clock.waiting).toBe(0);
  });

  it('tells a caller in plain text that it speaks TLS', async () => {
    const { port, refused } = await listen();
    const caller = connectTcp({ host, port });
    caller.write('GET / HTTP/1.1\r\n\r\n');
    const [text] = await once(caller, 'data');
    await closing(caller);
    expect(text.toString()).toMatch(/speaks TLS/);
    await until(() => refused.length === 1);
    expect(refused).toMatchObject([{ code: 'refused' }]);
  });

  it('refuses a caller without a certificate', async () => {
    const { port, links, refused } = await listen();
    const { socket } = tls(port, { ALPNProtocols: [controlProtocol] });
    await closing(socket);
    await until(() => refused.length === 1);
    expect(refused).toMatchObject([{ code: 'refused', message: /certificate/ }]);
    expect(links).toEqual([]);
  });

  it.each([
    ['another protocol', ['http/1.1']],
    ['no protocol', undefined],
  ])('refuses a caller who speaks %s', async (_, ALPNProtocols) => {
    const { port, links, refused } = await listen();
    const { key, certificate } = await identityOf('bob');
    const { socket } = tls(port, { key, cert: certificate, ...(ALPNProtocols && { ALPNProtocols }) });
    await closing(socket);
    await until(() => refused.length === 1);
    expect(links).toEqual([]);
  });

  it('refuses TLS 1.2', async () => {
    const { port, links, refused } = await listen();
    const { key, certificate } = await identityOf('bob');
    const { socket } = tls(port, { key, cert: certificate, ALPNProtocols: [controlProtocol], maxVersion: 'TLSv1.2' });
    await closing(socket);
    await until(() => refused.length === 1);
    expect(links).toEqual([]);
  });

  it('resumes no session: a second connection is a full handshake again', async () => {
    const { port, links } = await listen();
    const { key, certificate } = await identityOf('bob');
    const options = { key, cert: certificate, ALPNProtocols: [controlProtocol] };
    const first = tls(port, options);
    let session: Buffer | undefined;
    first.socket.on('session', (ticket) => {
      session = ticket;
    });
    await until(() => links.length === 1);
    links[0]?.open({ data: () => {}, closed: () => {} });
    links[0]?.write('hello');
    await until(() => first.got.length > 0);
    session ??= first.socket.getSession();
    const second = tls(port, { ...options, ...(session && { session }) });
    await until(() => links.length === 2);
    expect(second.socket.isSessionReused()).toBe(false);
    expect(links[1]?.fingerprint).toBe((await identityOf('bob')).fingerprint);
  });

  it('is no certificate to be had from a resumed session, and none is taken for it', async () => {
    const { key, certificate } = await identityOf('alice');
    const server = createTlsServer({ key, cert: certificate }, (socket) => socket.write('hello')).listen(0, host);
    open.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const first = tls(port);
    const [session] = await once(first.socket, 'session');
    expect(shownFingerprint(first.socket)).toBe((await identityOf('alice')).fingerprint);
    const second = tls(port, { session });
    await once(second.socket, 'secureConnect');
    expect(second.socket.isSessionReused()).toBe(true);
    expect(() => certified(second.socket)).toThrow(expect.objectContaining({ code: 'refused' }));
    expect(() => shownFingerprint(second.socket)).toThrow(expect.objectContaining({ code: 'refused' }));
  });

  it('keeps no timer for a link that was ended and is closed', async () => {
    const { port, clock, links, departed } = await listen();
    record(await dial({ host, port }));
    await until(() => links.length === 1);
    const [link] = links;
    if (link === undefined) throw new Error('no link came');
    record(link);
    link.end();
    expect(clock.waiting).toBe(1);
    await until(() => departed.length === 1);
    expect(clock.waiting).toBe(0);
  });

  it('gives the last bytes of a link 5 s to leave, then drops it', async () => {
    const { port, clock, links, departed } = await listen();
    const { key, certificate } = await identityOf('bob');
    const { socket } = tls(port, { key, cert: certificate, ALPNProtocols: [controlProtocol] });
    socket.pause();
    await until(() => links.length === 1);
    const [link] = links;
    if (link === undefined) throw new Error('no link came');
    const got = record(link);
    link.write(Buffer.alloc(64 * 2 ** 20));
    link.end();
    await clock.wind(4999);
    expect([got.closings, departed]).toEqual([[], []]);
    await clock.wind(1);
    await until(() => departed.length === 1);
    expect(got.closings).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });
});

describe('an HTTPS server', () => {
  const hello: HttpHandler = async (request, { fingerprint }) => ({
    status: 200,
    headers: new Map([['x-caller', fingerprint ?? 'nobody']]),
    body: Buffer.from(request.path),
  });

  it('serves foreign tools, who need no certificate', async () => {
    const { listener } = await serve(hello);
    const request = httpsRequest({
      host,
      port: listener.at.port,
      path: '/a?b',
      rejectUnauthorized: false,
      agent: false,
    });
    request.end();
    const [response] = await once(request, 'response');
    const [body] = await once(response, 'data');
    expect([response.statusCode, response.headers['x-caller'], body.toString()]).toEqual([200, 'nobody', '/a?b']);
  });

  it.each([
    ['a head that is too large', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(17_000)}\r\n\r\n`, '431'],
    ['a body, which nothing here takes', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello', '413'],
    ['no HTTP', 'HELO mail\r\n\r\n', '400'],
  ])('refuses a request with %s, and hangs up', async (_, text, status) => {
    const { listener } = await serve(hello);
    const { socket, got } = tls(listener.at.port);
    socket.write(text);
    await closing(socket);
    expect(Buffer.concat(got).toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  const head = 'GET / HTTP/1.1\r\nHost: x\r\n';

  it.each([
    ['says nothing more', ''],
    ['never ends the head of his next request', head],
  ])('drops a caller who %s for 30 s', async (_, text) => {
    const { listener, clock } = await serve(hello);
    const { socket, got } = tls(listener.at.port);
    const closed = closing(socket);
    socket.write(`${head}\r\n`);
    await until(() => got.length > 0);
    await settle();
    socket.write(text);
    await clock.wind(30_000);
    expect(socket.destroyed).toBe(false);
    await clock.wind(5000);
    await closed;
    expect(socket.destroyed).toBe(true);
  });

  it('drops a caller who never says anything', async () => {
    const { listener, clock } = await serve(hello);
    const { socket } = tls(listener.at.port);
    await once(socket, 'secureConnect');
    for (let wound = 0; wound < 20 && !socket.destroyed; wound++) await clock.wind(40_000);
    expect(socket.destroyed).toBe(true);
  });

  it('drops a caller who takes nothing for 60 s, and closes what he was sent from', async () => {
    const seen: string[] = [];
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(2 ** 20);
      } finally {
        seen.push('closed');
      }
    }
    const { listener, clock } = await serve(async (_, caller) => {
      caller.signal.addEventListener('abort', () => seen.push('told'));
      return { status: 200, headers: new Map(), body: body() };
    });
    const { socket, got } = tls(listener.at.port);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => got.length > 0);
    socket.pause();
    await clock.wind(60_000);
    expect(seen).toEqual([]);
    for (let wound = 0; wound < 20 && seen.length < 2; wound++) await clock.wind(60_000);
    expect(seen.sort()).toEqual(['closed', 'told']);
  });

  it('lets a slow source take its time', async () => {
    let release: (bytes: Uint8Array) => void = () => {};
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('first');
      yield await new Promise<Uint8Array>((resolve) => {
        release = resolve;
      });
    }
    const { listener, clock } = await serve(async () => ({ status: 200, headers: new Map(), body: body() }));
    const { socket, got } = tls(listener.at.port);
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => Buffer.concat(got).includes('first'));
    await clock.wind(600_000);
    release(Buffer.from('second'));
    await until(() => Buffer.concat(got).includes('second'));
    expect(socket.destroyed).toBe(false);
  });

  it('leaves no timer when it is disposed of, nor when its port is taken', async () => {
    const { listener, clock } = await serve(hello);
    const identity = await identityOf('alice');
    const again = nodeTransport({ clock }).serveHttp({ host, port: listener.at.port }, { identity, handle: hello });
    await expect(again).rejects.toMatchObject({ code: 'usage' });
    expect(clock.waiting).toBe(1);
    await listener[Symbol.asyncDispose]();
    expect(clock.waiting).toBe(0);
  });
});

describe('an HTTPS client', () => {
  const request = { method: 'GET', path: '/', headers: new Map<string, string>() };

  it('gives up an answer that stalls for 30 s, but not a sink that takes its time', async () => {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('first');
      await new Promise(() => {});
    }
    const { listener } = await serve(async () => ({ status: 200, headers: new Map(), body: body() }));
    const clock = new FakeClock();
    const identity = await identityOf('bob');
    const connection = await nodeTransport({ clock }).dialHttp(listener.at, { identity, signal: patience() });
    const answer = await connection.request(request, patience());
    let release: () => void = () => {};
    const outcome: unknown[] = [];
    let busy = false;
    answer
      .read(() => {
        busy = true;
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      })
      .catch((error) => outcome.push(error.code));
    await until(() => busy);
    await clock.wind(100_000);
    expect(outcome).toEqual([]);
    release();
    await clock.wind(60_000);
    expect(outcome).toEqual(['unreachable']);
    expect(clock.waiting).toBe(0);
  });

  it('keeps a chunk as it is until a slow sink is done with it', async () => {
    const total = 4 * 2 ** 20;
    async function* body(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 256; index++) yield Buffer.alloc(total / 256, index);
    }
    const { listener } = await serve(async () => ({ status: 200, headers: new Map(), body: body() }));
    const identity = await identityOf('bob');
    const connection = await nodeTransport().dialHttp(listener.at, { identity, signal: patience() });
    open.push(() => connection[Symbol.asyncDispose]());
    const answer = await connection.request(request, patience());
    let bytes = 0;
    let changed = 0;
    await answer.read(async (chunk) => {
      const before = Buffer.from(chunk);
      for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
      if (!before.equals(chunk)) changed += 1;
      bytes += chunk.length;
    });
    expect([bytes, changed]).toEqual([total, 0]);
  });

  it('refuses an answer that is no HTTP', async () => {
    const { key, certificate } = await identityOf('alice');
    const server = createTlsServer({ key, cert: certificate, ALPNProtocols: ['http/1.1'] }, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => socket.write('220 mail ready\r\n'));
    }).listen(0, host);
    open.push(() => server.close());
    await once(server, 'listening');
    const to = { host, port: (server.address() as AddressInfo).port };
    const connection = await nodeTransport().dialHttp(to, { identity: await identityOf('bob'), signal: patience() });
    await expect(connection.request(request, patience())).rejects.toMatchObject({ code: 'bad-message' });
    await expect(connection.request(request, patience())).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('reads what has come in full, even when the server has hung up since', async () => {
    const headers = new Map([['connection', 'close']]);
    const { listener } = await serve(async () => ({ status: 200, headers, body: Buffer.from('farewell') }));
    const identity = await identityOf('bob');
    const connection = await nodeTransport().dialHttp(listener.at, { identity, signal: patience() });
    const answer = await connection.request(request, patience());
    await listener[Symbol.asyncDispose]();
    await settle();
    await expect(connection.request(request, patience())).rejects.toMatchObject({ code: 'fault' });
    expect((await readAll(answer)).toString()).toBe('farewell');
    await expect(connection.request(request, patience())).rejects.toMatchObject({ code: 'unreachable' });
  });
});

describe('a UDP port', () => {
  it('says in the log where its buffer is smaller than wished, and is silent where it is not', async () => {
    const said: object[] = [];
    const log = { ...silentLog, info: (fields: object) => said.push(fields) };
    const socket = await nodeTransport({ log }).bind({ host, port: 0 }, () => {});
    open.push(() => socket[Symbol.asyncDispose]());
    for (const fields of said) expect(fields).toMatchObject({ asked: 4 * 2 ** 20, given: expect.any(Number) });
    expect(said.length).toBeLessThanOrEqual(1);
  });

  it('drops what is sent to a name or to another family of addresses', async () => {
    const got: string[] = [];
    const socket = await nodeTransport().bind({ host, port: 0 }, (bytes) => got.push(Buffer.from(bytes).toString()));
    open.push(() => socket[Symbol.asyncDispose]());
    for (const to of ['localhost', '::1', 'name.invalid'])
      socket.send(Buffer.from('lost'), { host: to, port: socket.at.port });
    socket.send(Buffer.from('found'), socket.at);
    await until(() => got.length > 0);
    expect(got).toEqual(['found']);
  });
});

describe('an address', () => {
  it.each([
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:10.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
  ])('%s is written %s', (seen, written) => {
    expect(plainAddress(seen)).toBe(written);
  });
});

describe('a failure', () => {
  const to = { host: '10.0.0.1', port: 7450 };
  const failed = (code: string): Error => Object.assign(new Error('it failed'), { code });

  it.each([
    ['ECONNREFUSED', /nothing listens at 10\.0\.0\.1:7450/],
    ['EHOSTUNREACH', /does not answer/],
    ['ETIMEDOUT', /does not answer/],
    ['ECONNRESET', /was lost/],
    ['EAI_AGAIN', /no machine by the name/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /not a rollcall tracker/],
    ['EWHATEVER', /10\.0\.0\.1:7450 cannot be reached/],
  ])('to connect by %s is told in words', (code, words) => {
    expect(dialFailure(failed(code), to, 'links')).toMatchObject({ code: 'unreachable', message: words });
  });

  it.each([
    ['EADDRINUSE', /port 7450 .* is taken .* choose another/],
    ['EACCES', /does not let us open port 7450: choose one from 1024/],
    ['EADDRNOTAVAIL', /no address of this machine/],
    ['EWHATEVER', /cannot be opened/],
  ])('to open a port by %s is told in words', (code, words) => {
    expect(bindFailure(failed(code), to)).toMatchObject({ code: 'usage', message: words });
  });
});
