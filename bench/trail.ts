import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../src/base/clock.ts';
import { type Fingerprint, type InstanceId, instanceId } from '../src/base/ids.ts';
import { silentLog } from '../src/base/log.ts';
import type { UserName } from '../src/base/names.ts';
import type { Announcement } from '../src/base/roll.ts';
import { MemoryDirectory } from '../src/directory/memoryDirectory.ts';
import type { Endpoint, Link, StreamHandler } from '../src/net/transport/transport.ts';
import { openAccounts } from '../src/server/accounts/accountStore.ts';
import type { Accounts } from '../src/server/accounts/accounts.ts';
import type { Connection } from '../src/server/brain/commands.ts';
import { createTracker, type Tracker } from '../src/server/brain/tracker.ts';
import { createDetector } from '../src/server/liveness/createDetector.ts';
import { defaultLiveness } from '../src/server/liveness/detector.ts';
import { type Control, createControl } from '../src/server/native/control.ts';
import { audited } from '../src/server/trail/audited.ts';
import { openTrail } from '../src/server/trail/openTrail.ts';
import { resources } from './resources.ts';
import { type BenchRow, printRows } from './rows.ts';
import { percentile } from './timing.ts';

const peers = 100;
const announcementsEach = 8;
/** Peers that ask in the same turn of the event loop, as those do whose segments have come. */
const together = 20;
/** Each way is taken so often, in turns with the other, and the median counts. */
const rounds = 7;

type Way = 'brain' | 'wire';

/** Somebody who announces. What is made of the resources beforehand is the client's work. */
interface Asker {
  prepare(resources: readonly Announcement[]): () => Promise<unknown>;
}

/** What the audit trail adds to announcements into the directory in memory, with and without the native codec. */
export async function trailBench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const way of ['brain', 'wire'] as const) {
    for (const batch of [100, 1]) {
      const bare: number[] = [];
      const trailed: number[] = [];
      for (let round = 0; round < rounds; round++) {
        bare.push(await announcing(way, batch, false));
        trailed.push(await announcing(way, batch, true));
      }
      const without = median(bare);
      const withTrail = median(trailed);
      const what = `${way}, ${batch} at once`;
      rows.push(
        { figure: `${what}, without a trail`, value: without * 1000, unit: 'us' },
        { figure: `${what}, with it`, value: withTrail * 1000, unit: 'us', ratio: without / withTrail },
        { figure: `${what}: the trail adds`, value: 100 * (withTrail / without - 1), unit: '%', aim: '<= 10' },
      );
    }
  }
  return rows;
}

const median = (taken: number[]): number =>
  percentile(
    taken.sort((a, b) => a - b),
    0.5,
  );

/** Milliseconds of one announcement of `batch` resources. */
async function announcing(way: Way, batch: number, isAudited: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  try {
    using accounts = openAccounts(folder, systemClock);
    using bare = makeTracker(accounts);
    using trail = isAudited ? openTrail(folder, { keepMs: 86_400_000, clock: systemClock, log: silentLog }) : undefined;
    const tracker = trail === undefined ? bare : audited(bare, trail, systemClock, silentLog);
    using control = createControl({ tracker, clock: systemClock, log: silentLog });
    const turns: (() => Promise<unknown>)[][] = [];
    let asking: (() => Promise<unknown>)[][] = [];
    for (const { peer, announced } of resources(peers, announcementsEach * batch)) {
      const { fingerprint } = peer;
      if (fingerprint === undefined) continue;
      const instance = instanceId(peer.session.toString(16).padStart(32, '0'));
      const who = { user: peer.user, port: peer.port, instance };
      const asker =
        way === 'brain' ? await byBrain(tracker, fingerprint, who) : await byWire(control, fingerprint, who);
      asking.push(
        Array.from({ length: announcementsEach }, (_, at) =>
          asker.prepare(announced.slice(at * batch, (at + 1) * batch)),
        ),
      );
      if (asking.length < together) continue;
      for (let at = 0; at < announcementsEach; at++) turns.push(asking.flatMap((own) => own.slice(at, at + 1)));
      asking = [];
    }
    await setImmediate();
    const start = performance.now();
    for (const turn of turns) {
      await Promise.all(turn.map((ask) => ask()));
      await setImmediate();
    }
    return (performance.now() - start) / turns.flat().length;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Who {
  user: UserName;
  port: number;
  instance: InstanceId;
}

async function byBrain(tracker: Tracker, fingerprint: Fingerprint, { user, port, instance }: Who): Promise<Asker> {
  const caller = tracker.meet(connectionOf(fingerprint));
  await tracker.ask(caller, { command: 'register', user });
  await tracker.ask(caller, { command: 'connect', user, instance, port, agent: '' });
  return { prepare: (announced) => () => tracker.ask(caller, { command: 'announce', resources: announced }) };
}

async function byWire(control: Control, fingerprint: Fingerprint, { user, port, instance }: Who): Promise<Asker> {
  const link = new FakeLink(fingerprint);
  control.accept(link);
  const line = (method: string, params: object): Uint8Array =>
    new TextEncoder().encode(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`);
  await link.ask(line('register', { user, instance, peerPort: port, agent: '' }));
  return {
    prepare(announced) {
      const bytes = line('announce', { resources: announced });
      return () => link.ask(bytes);
    },
  };
}

/** What the control connection has of an encrypted link, without the encryption. */
class FakeLink implements Link {
  readonly local: Endpoint = { host: '192.168.1.1', port: 7450 };
  readonly remote: Endpoint = { host: '192.168.1.9', port: 50_000 };
  readonly publicKey: Uint8Array = new Uint8Array(0);
  readonly queuedBytes = 0;
  readonly fingerprint: Fingerprint;
  #handler: StreamHandler | undefined;
  #answered: () => void = () => {};

  constructor(fingerprint: Fingerprint) {
    this.fingerprint = fingerprint;
  }
  open(handler: StreamHandler): void {
    this.#handler = handler;
  }
  ask(line: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      void this.#handler?.data(line);
    });
  }
  write(bytes: Uint8Array | string): void {
    if (typeof bytes === 'string' && bytes.includes('"error"')) throw new Error(bytes);
    this.#answered();
  }
  async drained(): Promise<void> {}
  end(): void {}
  destroy(): void {}
}

function makeTracker(accounts: Accounts): Tracker {
  return createTracker({
    accounts,
    directory: new MemoryDirectory(),
    detector: createDetector(defaultLiveness),
    heartbeats: { add: () => {}, remove: () => {}, probe: () => {}, resync: () => {} },
    dialBack: async () => ({ reachable: true }),
    tickets: { issue: () => '', issueLink: () => '' },
    liveness: defaultLiveness,
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    bootTag: 1,
    makeKey: () => new Uint8Array(32),
  });
}

const connectionOf = (fingerprint: Fingerprint): Connection => ({
  fingerprint,
  dialect: 'native',
  remote: '192.168.1.9',
  local: '192.168.1.1',
  unreadBytes: 0,
  tell: () => {},
  probe: () => {},
  end: () => {},
  drop: () => {},
});

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printRows(await trailBench());
