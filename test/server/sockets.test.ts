import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { sessionId } from '../../src/base/ids.ts';
import { silentLog } from '../../src/base/log.ts';
import { nodeTransport } from '../../src/net/transport/node.ts';
import { decodeHeartbeat, encodeHeartbeat, wantsAnswer } from '../../src/net/wire/heartbeat.ts';
import { defaultLiveness } from '../../src/server/liveness/detector.ts';
import { startTracker } from '../../src/server/server.ts';
import { identityOf } from '../support/identities.ts';

const host = '127.0.0.1';

/** One line of JSON from the tracker, as it comes. */
function reader(open: (handler: { data(bytes: Uint8Array): void; closed(): void }) => void): {
  next(): Promise<Record<string, unknown>>;
} {
  let text = '';
  let wake: () => void = () => {};
  open({
    data: (bytes) => {
      text += new TextDecoder().decode(bytes);
      wake();
    },
    closed: () => wake(),
  });
  return {
    async next() {
      while (!text.includes('\n')) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const [line = ''] = text.split('\n', 1);
      text = text.slice(line.length + 1);
      return JSON.parse(line) as Record<string, unknown>;
    },
  };
}

describe('a tracker on real sockets', () => {
  it('registers a peer that it can reach, hears its heartbeat on the same port number, and lists it', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'rollcall-sockets-'));
    const transport = nodeTransport();
    const identity = await identityOf('alice');
    const { signal } = new AbortController();
    try {
      await using tracker = await startTracker({
        host,
        port: 0,
        dataFolder,
        liveness: defaultLiveness,
        transport,
        clock: systemClock,
        random: Math.random,
        log: silentLog,
      });
      await using server = await transport.serveHttp(
        { host, port: 0 },
        { identity, handle: async () => ({ status: 404, headers: new Map() }) },
      );
      const link = await transport.dial(tracker.at, { identity, expect: tracker.fingerprint, signal });
      const lines = reader((handler) => link.open(handler));
      const ask = async (id: number, method: string, params: object): Promise<Record<string, unknown>> => {
        link.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
        return lines.next();
      };
      const registration = { user: 'alice', instance: '0'.repeat(32), peerPort: server.at.port, agent: 'test 1' };
      const { result } = (await ask(1, 'register', registration)) as {
        result: { session: number; heartbeatKey: string; reach: object };
      };
      expect(result.reach).toEqual({ reachable: true });

      let heard: (datagram: Uint8Array) => void = () => {};
      const answer = new Promise<Uint8Array>((resolve) => {
        heard = resolve;
      });
      await using socket = await transport.bind({ host, port: 0 }, (datagram) => heard(datagram.slice()));
      const secret = Buffer.from(result.heartbeatKey, 'base64');
      const mac = (message: Uint8Array): Uint8Array => createHmac('sha256', secret).update(message).digest();
      const beat = { kind: 'beat', session: sessionId(result.session), sequence: 1, flags: wantsAnswer } as const;
      socket.send(encodeHeartbeat(beat, mac), tracker.at);
      expect(decodeHeartbeat(await answer)).toMatchObject({ kind: 'ack', session: result.session });

      expect(await ask(2, 'users', {})).toMatchObject({
        result: { rows: [{ user: 'alice', address: host, port: server.at.port, state: 'alive', udp: 'ok' }] },
      });
      link.destroy();
    } finally {
      await rm(dataFolder, { recursive: true, force: true });
    }
  });
});
