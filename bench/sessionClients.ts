import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionId } from '../src/base/ids.ts';
import { loadIdentity } from '../src/net/identity/identity.ts';
import { nodeTransport } from '../src/net/transport/node.ts';
import type { Link } from '../src/net/transport/transport.ts';
import { encodeHeartbeat } from '../src/net/wire/heartbeat.ts';

/**
 * Peers in one process: `sessionClients.js PORT SESSIONS`. Each has a TLS connection and a session of its own, answers
 * probes and beats every 2 s ± 10%; they share a key, a peer port and a UDP socket, since the tracker is what is
 * measured. Tells the parent when all are registered.
 */
const [, , port = '0', sessions = '0'] = process.argv;
const host = '127.0.0.1';
const tracker = { host, port: Number(port) };
const dialledAtOnce = 40;
const transport = nodeTransport();
const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const identity = await loadIdentity(folder);
rmSync(folder, { recursive: true });
const server = await transport.serveHttp(
  { host, port: 0 },
  { identity, handle: async () => ({ status: 404, headers: new Map() }) },
);
const socket = await transport.bind({ host, port: 0 }, () => {});

function beat(session: number, key: Buffer): void {
  let sequence = 0;
  const mac = (message: Uint8Array): Uint8Array => createHmac('sha256', key).update(message).digest();
  const next = (): void => {
    sequence += 1;
    socket.send(encodeHeartbeat({ kind: 'beat', session: sessionId(session), sequence, flags: 0 }, mac), tracker);
    setTimeout(next, 1800 + 400 * Math.random());
  };
  setTimeout(next, 2000 * Math.random());
}

interface Answer {
  id: number;
  method?: string;
  params?: { reachable?: boolean };
  result?: { session: number; heartbeatKey: string; reach: { reachable: boolean; reason?: string } };
  error?: unknown;
}

function register(link: Link): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const take = (line: string): void => {
      const { id, method, params, result, error } = JSON.parse(line) as Answer;
      if (method === 'probe') link.write(`{"jsonrpc":"2.0","id":${id},"result":{}}\n`);
      if (error !== undefined) reject(new Error(line));
      if (result !== undefined) beat(result.session, Buffer.from(result.heartbeatKey, 'base64'));
      // A machine that is too busy to answer in time is dialled again soon, and told then.
      if (result?.reach.reachable || params?.reachable) resolve();
    };
    link.open({
      data: (bytes) => {
        const lines = (text + Buffer.from(bytes).toString()).split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) take(line);
      },
      closed: () => reject(new Error('the tracker closed a connection')),
    });
    const instance = randomBytes(16).toString('hex');
    const params = { user: `bench-${process.pid}`, instance, peerPort: server.at.port, agent: 'bench' };
    link.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'register', params })}\n`);
  });
}

let toDial = Number(sessions);
const dialler = async (): Promise<void> => {
  while (toDial > 0) {
    toDial -= 1;
    await register(await transport.dial(tracker, { identity, signal: AbortSignal.timeout(60_000) }));
  }
};
process.on('disconnect', () => process.exit());
await Promise.all(Array.from({ length: dialledAtOnce }, dialler));
process.send?.({ registered: Number(sessions) });
