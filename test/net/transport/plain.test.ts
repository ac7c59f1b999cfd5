import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryNetwork } from '../../../src/net/transport/memory.ts';
import { nodeTransport } from '../../../src/net/transport/node.ts';
import type { Endpoint, HttpReply, Listener, Stream, Transport } from '../../../src/net/transport/transport.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';
import { identityOf } from '../../support/identities.ts';
import { seededRandom } from '../../support/random.ts';
import { record, until } from '../../support/transportCompliance.ts';

const host = '127.0.0.1';
const patience = (): AbortSignal => AbortSignal.timeout(10_000);

let open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.reverse()) await close();
  open = [];
});

const kept = <T extends AsyncDisposable>(one: T): T => {
  open.push(() => one[Symbol.asyncDispose]());
  return one;
};
const nothing: HttpReply = { status: 204, headers: new Map() };

interface Side {
  clock: FakeClock;
  transport: Transport;
}

const sides: [string, () => Side][] = [
  [
    'on sockets',
    () => {
      const clock = new FakeClock();
      return { clock, transport: nodeTransport({ clock }) };
    },
  ],
  [
    'in memory',
    () => {
      const clock = new FakeClock();
      return { clock, transport: memoryNetwork({ clock, random: seededRandom(1) }).at(host) };
    },
  ],
];

/** Opens a port that takes what is plain beside what it is for. */
type Opens = (transport: Transport, plain: (stream: Stream) => void) => Promise<Listener>;

const ports: [string, number, number, Opens][] = [
  [
    'links',
    4000,
    0,
    async (transport, plain) =>
      transport.listen(
        { host, port: 0 },
        { identity: await identityOf('alice'), handshakeMs: 4000, accept: record, plain },
      ),
  ],
  [
    'HTTPS',
    10_000,
    1,
    async (transport, plain) =>
      transport.serveHttp(
        { host, port: 0 },
        { identity: await identityOf('alice'), handle: async () => nothing, plain },
      ),
  ],
];

describe.each(sides)('a caller %s', (name, side) => {
  it.each(ports)('of a port for %s who says nothing is dropped after %i ms', async (_, patienceMs, __, opens) => {
    const { clock, transport } = side();
    const plain: Stream[] = [];
    const { at } = kept(await opens(transport, (stream) => plain.push(stream)));
    const idle = clock.waiting;
    const near = await transport.dialPlain(at, { signal: patience() });
    const got = record(near);
    await until(() => clock.waiting === idle + 1);
    await clock.wind(patienceMs - 1);
    expect(got.closings).toEqual([]);
    await clock.wind(1);
    await got.closed;
    await until(() => clock.waiting === (name === 'in memory' ? 0 : idle));
    expect(plain).toEqual([]);
  });

  it.each(ports)('of a port for %s who has said one byte in plain is left to who took him', async (...port) => {
    const [, , , opens] = port;
    const { clock, transport } = side();
    const plain: ReturnType<typeof record>[] = [];
    const { at } = kept(await opens(transport, (stream) => plain.push(record(stream))));
    const idle = clock.waiting;
    const near = await transport.dialPlain(at, { signal: patience() });
    const got = record(near);
    near.write('R');
    await until(() => plain[0]?.bytes().length === 1);
    expect(clock.waiting).toBe(idle);
    await clock.wind(3_600_000);
    near.write('EGISTER');
    await until(() => plain[0]?.bytes().length === 8);
    expect([plain.length, got.closings]).toEqual([1, []]);
  });
});

describe('a plain stream on sockets', () => {
  /** A foreign server on a port or a path, that does this with each connection. */
  async function foreign(serve: (socket: Socket) => void, path?: string): Promise<Endpoint> {
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => sockets.delete(socket));
      serve(socket);
    });
    if (path === undefined) server.listen(0, host);
    else server.listen(path);
    open.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await once(server, 'listening');
    return path === undefined ? { host, port: (server.address() as AddressInfo).port } : { host: path, port: 0 };
  }

  it('is told of a reset, and of a good end without an error', async () => {
    const reset = await foreign((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const good = await foreign((socket) => socket.once('data', () => socket.end('bye')));
    const closings: (Error | undefined)[] = [];
    for (const to of [reset, good]) {
      const stream = await nodeTransport().dialPlain(to, { signal: patience() });
      const got = record(stream);
      stream.write('x');
      await got.closed;
      closings.push(...got.closings);
    }
    expect(closings).toMatchObject([{ code: 'unreachable', message: /was lost/ }, undefined]);
    expect(closings[1]).toBeUndefined();
  });

  it('is told of a reset that came with bytes that were not read yet', async () => {
    const to = await foreign((socket) => {
      socket.once('data', () => socket.write('the first half', () => socket.resetAndDestroy()));
    });
    for (let round = 0; round < 20; round++) {
      const stream = await nodeTransport().dialPlain(to, { signal: patience() });
      const got = record(stream);
      stream.write('x');
      await got.closed;
      expect(got.closings).toMatchObject([{ code: 'unreachable' }]);
    }
  });

  it('is told of a reset by who called it', async () => {
    const closings: (Error | undefined)[] = [];
    const { at } = kept(
      await nodeTransport().listenPlain(
        { host, port: 0 },
        { accept: (stream) => stream.open({ data: () => {}, closed: (error) => void closings.push(error) }) },
      ),
    );
    const caller = connect(at);
    await once(caller, 'connect');
    await settle();
    caller.resetAndDestroy();
    await until(() => closings.length > 0);
    expect(closings).toMatchObject([{ code: 'unreachable' }]);
  });

  it('leads to a socket of this machine by its path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-path-'));
    open.push(() => rm(folder, { recursive: true }));
    const path = process.platform === 'win32' ? `\\\\?\\pipe\\rollcall-${process.pid}` : join(folder, 'portmap.sock');
    await foreign((socket) => socket.once('data', (bytes) => socket.end(`you said ${bytes}`)), path);
    const stream = await nodeTransport().dialPlain({ path }, { signal: patience() });
    const got = record(stream);
    stream.write('hello');
    await got.closed;
    expect(got.bytes().toString()).toBe('you said hello');
    expect([stream.remote, got.closings]).toEqual([{ host: path, port: 0 }, [undefined]]);
  });

  it('gives its last bytes 5 s to leave, then shows who is too slow that they are not all', async () => {
    const clock = new FakeClock();
    const taken: Stream[] = [];
    const { at } = kept(
      await nodeTransport({ clock }).listenPlain({ host, port: 0 }, { accept: (stream) => taken.push(stream) }),
    );
    const near = await nodeTransport().dialPlain(at, { signal: patience() });
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const failures: (Error | undefined)[] = [];
    near.open({ data: () => held, closed: (error) => failures.push(error) });
    await until(() => taken.length === 1);
    const [stream] = taken;
    if (stream === undefined) throw new Error('no stream came');
    const got = record(stream);
    stream.write(Buffer.alloc(64 * 2 ** 20));
    stream.end();
    await clock.wind(4999);
    expect(got.closings).toEqual([]);
    await clock.wind(1);
    await got.closed;
    release();
    await until(() => failures.length > 0);
    expect(failures).toMatchObject([{ code: 'unreachable' }]);
    expect(clock.waiting).toBe(0);
  });

  it('keeps no timer once it is closed', async () => {
    const clock = new FakeClock();
    const closed: string[] = [];
    const { at } = kept(
      await nodeTransport({ clock }).listenPlain(
        { host, port: 0 },
        {
          accept(stream) {
            stream.open({ data: () => stream.end(), closed: () => void closed.push('closed') });
          },
        },
      ),
    );
    const caller = connect(at);
    caller.write('x');
    caller.resume();
    await until(() => closed.length === 1);
    expect(clock.waiting).toBe(0);
  });
});

describe('a plain HTTP server', () => {
  it('drops a caller who says nothing for 30 s', async () => {
    const clock = new FakeClock();
    const { at } = kept(await nodeTransport({ clock }).serveHttp({ host, port: 0 }, { handle: async () => nothing }));
    const caller = connect(at);
    const closed = once(caller, 'close');
    await once(caller, 'connect');
    await settle();
    await clock.wind(30_000);
    expect(caller.destroyed).toBe(false);
    await clock.wind(5000);
    await closed;
    expect(caller.destroyed).toBe(true);
  });
});

describe('a port for HTTPS beside what is plain', () => {
  it('takes a handshake that comes byte by byte', async () => {
    const { at } = kept(
      await nodeTransport().serveHttp(
        { host, port: 0 },
        { identity: await identityOf('alice'), handle: async () => nothing, plain: record },
      ),
    );
    const relay = createServer((near) => {
      const far = connect({ ...at, noDelay: true });
      far.pipe(near);
      near.on('data', (bytes: Buffer) => {
        for (const byte of bytes.subarray(0, 40)) far.write(Buffer.of(byte));
        far.write(bytes.subarray(40));
      });
      for (const socket of [near, far]) socket.on('error', () => socket.destroy());
      open.push(() => far.destroy());
    }).listen(0, host);
    open.push(() => relay.close());
    await once(relay, 'listening');
    const caller = connectTls({ host, port: (relay.address() as AddressInfo).port, rejectUnauthorized: false });
    open.push(() => caller.destroy());
    await once(caller, 'secureConnect');
    caller.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const [answer] = await once(caller, 'data');
    expect(answer.toString()).toMatch(/^HTTP\/1.1 204 /);
  });
});
