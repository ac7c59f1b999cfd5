import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { hashContent } from '../src/base/merkle.ts';
import { loadIdentity } from '../src/net/identity/identity.ts';
import { nodeTransport } from '../src/net/transport/node.ts';
import type { Endpoint, Stream } from '../src/net/transport/transport.ts';
import { benchProcess, median, said } from './processes.ts';
import { type BenchRow, printRows } from './rows.ts';

/** Clients of each dialect at once, each of which asks again when it is answered. */
const clients = 4;
/** Requests of each client in a round: as many as no limit slows down. */
const requests = 120;
const rounds = 9;
/** Long enough for what a round has spent of the rates that the tracker allows. */
const pauseMs = 3000;
const host = '127.0.0.1';
const signal = new AbortController().signal;
const transport = nodeTransport();
/** Ports of clients, which would keep the process. */
const ports: AsyncDisposable[] = [];

/** A client that is on the roll. Each request is settled by its answer. */
interface Speaker {
  announce(name: string): Promise<unknown>;
  /** Who has it; missing where the dialect has no such question. */
  locate?: ((name: string) => Promise<unknown>) | undefined;
}

type Dial = (tracker: Endpoint, user: string) => Promise<Speaker>;

/** @throws where the reply is another */
const expectReply = (reply: string, start: string): void => {
  if (!reply.startsWith(start)) throw new Error(`${JSON.stringify(reply)} came instead of ${JSON.stringify(start)}`);
};

/** Asks on a stream; an answer is whole when it ends so. */
function asker(stream: Stream, end: string): (request: string, start: string) => Promise<void> {
  let text = '';
  let arrived = (): void => {};
  stream.open({
    data(bytes) {
      text += new TextDecoder().decode(bytes);
      if (text.endsWith(end)) arrived();
    },
    closed: () => arrived(),
  });
  return async (request, start) => {
    text = '';
    const answer = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    stream.write(request);
    await answer;
    expectReply(text, start);
  };
}

const hello: Dial = async (tracker, user) => {
  let arrived = (_: string): void => {};
  const socket = await transport.bind({ host, port: 0 }, (datagram) => {
    const text = new TextDecoder().decode(datagram);
    if (text !== 'hello') arrived(text);
  });
  ports.push(socket);
  const ask = async (request: string, start: string): Promise<void> => {
    const answer = new Promise<string>((resolve) => {
      arrived = resolve;
    });
    socket.send(new TextEncoder().encode(request), tracker);
    expectReply(await answer, start);
  };
  await ask(`register ${user} 5000`, 'Registration successful');
  return {
    announce: (name) => ask(`announce ${name} ${user}`, 'Resource announced'),
    locate: (name) => ask(`get resource_info ${name}`, user),
  };
};

const versioned: Dial = async (tracker, user) => {
  const ask = asker(await transport.dialPlain(tracker, { signal }), '\n');
  await ask('PROTO_VERSION 1.0\n', 'VERSION_OK');
  await ask(`REGISTER ${user}\n`, 'REGISTERED');
  return {
    announce: (name) => ask(`ANNOUNCE ${name} 5000\n`, 'ANNOUNCED'),
    locate: (name) => ask(`REQUEST ${name}\n`, 'FOUND'),
  };
};

const hostname: Dial = async (tracker, user) => {
  const ask = asker(await transport.dialPlain(tracker, { signal }), '');
  await ask(`REGISTER ${user} 5000\n`, 'REGISTER_SUCCESS');
  return {
    announce: (name) => ask(`PUBLISH ${name} ${user}\n`, 'PUBLISH_SUCCESS'),
    locate: (name) => ask(`FETCH ${name}\n`, 'FETCH_OK'),
  };
};

const fields: Dial = async (tracker, user) => {
  const ask = async (...strings: string[]): Promise<void> => {
    const stream = await transport.dialPlain(tracker, { signal });
    await asker(stream, '\0')(strings.map((text) => `${text}\0`).join(''), '\0');
    stream.destroy();
  };
  const date = '01/05/2026 14:03:00';
  await ask('REGISTER', date, user);
  await ask('CONNECT', date, user, '5000');
  return { announce: (name) => ask('PUBLISH', date, user, name, '') };
};

/** Each has the port of a real peer, since the tracker dials it back. */
const native =
  (folder: string): Dial =>
  async (tracker, user) => {
    const identity = await loadIdentity(join(folder, user));
    const peer = await transport.serveHttp(
      { host, port: 0 },
      { identity, handle: async () => ({ status: 404, headers: new Map() }) },
    );
    ports.push(peer);
    const ask = asker(await transport.dial(tracker, { identity, signal }), '\n');
    const call = (method: string, params: object): Promise<void> =>
      ask(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`, '{"jsonrpc":"2.0","id":1,"result"');
    const instance = randomBytes(16).toString('hex');
    await call('register', { user, instance, peerPort: peer.at.port, agent: 'bench' });
    const { id } = hashContent(new Uint8Array(1));
    return {
      announce: (name) =>
        call('announce', { resources: [{ name, id, size: 1, kind: 'file', description: '', modified: 1 }] }),
      locate: (name) => call('locate', { name }),
    };
  };

/** Requests a second that these clients have answered, one after the other each. */
async function rate(speakers: readonly Speaker[], ask: (speaker: Speaker, at: string) => unknown): Promise<number> {
  const started = performance.now();
  await Promise.all(
    speakers.map(async (speaker, client) => {
      for (let request = 0; request < requests; request++) await ask(speaker, `${client}-${request}`);
    }),
  );
  return (speakers.length * requests * 1000) / (performance.now() - started);
}

/** Without the first, in which the code is still being compiled. */
const warm = (rates: readonly number[] = []): readonly number[] => rates.slice(1);

/** What the tracker does in a second for clients of each dialect, beside its own protocol, in turns. */
export async function dialectsBench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  const tracker = benchProcess('./dialectTracker.js', [folder]);
  try {
    const { port } = await said<{ port: number }>(tracker);
    const dials: Record<string, Dial> = { native: native(folder), hello, versioned, hostname, fields };
    const rows: BenchRow[] = [];
    const rates = new Map<string, number[]>();
    const spoken: [string, Speaker[]][] = [];
    for (const [name, dial] of Object.entries(dials)) {
      const users = Array.from({ length: clients }, (_, client) => `${name}-${client}`);
      spoken.push([name, await Promise.all(users.map((user) => dial({ host, port }, user)))]);
    }
    const measure = async (figure: string, speakers: readonly Speaker[], ask: Parameters<typeof rate>[1]) =>
      rates.set(figure, [...(rates.get(figure) ?? []), await rate(speakers, ask)]);
    for (let round = 0; round < rounds; round++) {
      await pause(pauseMs);
      for (const [name, speakers] of spoken) {
        await measure(`${name}, announce`, speakers, (speaker, at) => speaker.announce(`${name}-${round}-${at}`));
        if (speakers[0]?.locate === undefined) continue;
        await measure(`${name}, who has it`, speakers, (speaker, at) => speaker.locate?.(`${name}-${round}-${at}`));
      }
    }
    for (const what of ['announce', 'who has it']) {
      const own = median(warm(rates.get(`native, ${what}`)));
      for (const name of Object.keys(dials)) {
        const found = rates.get(`${name}, ${what}`);
        if (found === undefined) continue;
        const value = median(warm(found));
        rows.push({
          figure: `${what}, ${name}`,
          value,
          unit: '/s',
          ...(name !== 'native' && { ratio: value / own }),
          ...(name === 'fields' && { note: 'each on a connection of its own' }),
        });
      }
    }
    return rows;
  } finally {
    tracker.kill('SIGKILL');
    await Promise.all(ports.map((port) => port[Symbol.asyncDispose]()));
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  printRows(await dialectsBench());
  process.exit();
}
