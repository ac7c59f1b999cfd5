import { hash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import { contentId, instanceId } from '../src/base/ids.ts';
import { silentLog } from '../src/base/log.ts';
import { resourceName, userName } from '../src/base/names.ts';
import type { Announcement } from '../src/base/roll.ts';
import { join } from '../src/client/session/join.ts';
import type { Membership, Session, SessionOptions } from '../src/client/session/session.ts';
import { visit } from '../src/client/session/visit.ts';
import { loadIdentity } from '../src/net/identity/identity.ts';
import { nodeTransport } from '../src/net/transport/node.ts';

/** Milliseconds to join: many join at once on the cores that the tracker has to share. */
const joinLimitMs = 60_000;

/** Peers of one process: each has a session, a connection and a UDP port of its own; they share a key and a peer port. */
export interface Party extends AsyncDisposable {
  join(user: string, resources: number): Promise<Membership>;
  visit(): Promise<Session>;
}

export async function openParty(trackerPort: number): Promise<Party> {
  const host = '127.0.0.1';
  const transport = nodeTransport();
  const folder = mkdtempSync(pathOf(tmpdir(), 'rollcall-bench-'));
  const identity = await loadIdentity(folder);
  rmSync(folder, { recursive: true });
  const server = await transport.serveHttp(
    { host, port: 0 },
    { identity, handle: async () => ({ status: 404, headers: new Map() }) },
  );
  const options = (): SessionOptions => ({
    server: { host, port: trackerPort },
    identity,
    instance: instanceId(randomBytes(16).toString('hex')),
    agent: 'bench',
    pins: { check: async () => 'same' },
    transport,
    clock: systemClock,
    log: silentLog,
    signal: AbortSignal.timeout(joinLimitMs),
  });
  return {
    async join(user, resources) {
      const peer = { user: userName(user), peerPort: server.at.port, random: Math.random, onEvent() {} };
      const membership = await join({ ...options(), ...peer });
      const announced = Array.from({ length: resources }, (_, index) => resource(`${user}'s file ${index}`));
      if (announced.length > 0) await membership.announce(announced);
      return membership;
    },
    visit: () => visit(options()),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const resource = (name: string): Announcement => ({
  name: resourceName(name),
  id: contentId(hash('sha256', name)),
  size: 1_000_000,
  kind: 'file',
  description: '',
  modified: Date.now(),
});
