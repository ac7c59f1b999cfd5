import { pathToFileURL } from 'node:url';
import { systemClock } from '../src/base/clock.ts';
import { type Fingerprint, instanceId } from '../src/base/ids.ts';
import { silentLog } from '../src/base/log.ts';
import { MemoryDirectory } from '../src/directory/memoryDirectory.ts';
import type { Account, Accounts } from '../src/server/accounts/accounts.ts';
import type { Connection } from '../src/server/brain/commands.ts';
import { createTracker, type Tracker } from '../src/server/brain/tracker.ts';
import { createDetector } from '../src/server/liveness/createDetector.ts';
import { defaultLiveness } from '../src/server/liveness/detector.ts';
import { countOperations, type Operations } from '../src/server/operations.ts';
import { createMetrics } from '../src/server/site/metrics.ts';
import { resources } from './resources.ts';
import { type BenchRow, printRows } from './rows.ts';
import { percentile, timed } from './timing.ts';

const sessions = 5000;
const share = 20;
const scrapes = 200;
const asked = 100_000;

/** What a scrape of `/metrics` takes of a tracker with a crowd, and what counting adds to each operation. */
export async function metricsBench(): Promise<BenchRow[]> {
  const { tracker, operations } = await crowd();
  using metrics = createMetrics({
    tracker: {
      operator: tracker.operator,
      figures: {
        heartbeats: { accepted: 1, badMac: 1, replayed: 1, malformed: 1, unknown: 1 },
        operations,
        connections: sessions,
      },
    },
    lines: { debug: 0, info: 0, warn: 0, error: 0 },
  });
  const { length } = await metrics.text();
  const rows: BenchRow[] = [
    { figure: 'sessions', value: sessions, unit: '' },
    { figure: 'resources', value: sessions * share, unit: '' },
    { figure: 'bytes of a scrape', value: length, unit: 'bytes' },
    { figure: 'a scrape, p50', value: percentile(await timed(scrapes, () => metrics.text()), 0.5), unit: 'ms' },
    { figure: 'a scrape, of a core', value: await coreMs(() => metrics.text()), unit: 'ms', aim: '<= 10' },
    { figure: 'of it the census', value: await coreMs(() => tracker.operator.census()), unit: 'ms' },
  ];
  const bare = await pings(false);
  const counted = await pings(true);
  rows.push({ figure: 'counting adds to an operation', value: (counted - bare) * 1000, unit: 'us', aim: '<= 1' });
  return rows;
}

/** Milliseconds that it takes of a processor, whoever else wants that. */
async function coreMs(act: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let time = 0; time < scrapes; time++) await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / scrapes;
}

/** A brain with as many peers, each with a name, a key and a share. */
async function crowd(): Promise<{ tracker: Tracker; operations: Operations }> {
  const counting = countOperations(brain());
  const { tracker } = counting;
  for (const { peer, announced } of resources(sessions, share)) {
    const { fingerprint, user, port, session } = peer;
    if (fingerprint === undefined) continue;
    const caller = tracker.meet(connectionOf(fingerprint));
    const instance = instanceId(session.toString(16).padStart(32, '0'));
    await tracker.ask(caller, { command: 'register', user });
    await tracker.ask(caller, { command: 'connect', user, instance, port, agent: '' });
    await tracker.ask(caller, { command: 'announce', resources: announced });
  }
  return counting;
}

/** Milliseconds of the shortest operation there is, the median of some rounds. */
async function pings(isCounted: boolean): Promise<number> {
  using bare = brain();
  const tracker = isCounted ? countOperations(bare).tracker : bare;
  const caller = tracker.meet(connectionOf(undefined));
  const rounds = await timed(9, async () => {
    for (let at = 0; at < asked; at++) await tracker.ask(caller, { command: 'ping' });
  });
  return (
    percentile(
      rounds.sort((a, b) => a - b),
      0.5,
    ) / asked
  );
}

const nothing = (): void => {};

function brain(): Tracker {
  return createTracker({
    accounts: accountsInMemory(),
    directory: new MemoryDirectory(),
    detector: createDetector(defaultLiveness),
    heartbeats: { add: nothing, remove: nothing, probe: nothing, resync: nothing },
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

function accountsInMemory(): Accounts {
  const accounts = new Map<string, Account>();
  return {
    async claim(user, fingerprint) {
      const account = accounts.get(user) ?? { user, fingerprint };
      accounts.set(user, account);
      return account;
    },
    holder: async (user) => accounts.get(user),
    namesOf: async () => [],
    release: async (user) => void accounts.delete(user),
    check: async () => {},
    [Symbol.dispose]: nothing,
  };
}

const connectionOf = (fingerprint: Fingerprint | undefined): Connection => ({
  fingerprint,
  dialect: 'native',
  remote: '192.168.1.9',
  local: '192.168.1.1',
  unreadBytes: 0,
  tell: nothing,
  probe: nothing,
  end: nothing,
  drop: nothing,
});

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printRows(await metricsBench());
