import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Daemon, DaemonEvent } from '../../../src/client/app.ts';
import { openDaemon } from '../../../src/client/app.ts';
import { nodeTransport } from '../../../src/net/transport/node.ts';
import { defaultLiveness } from '../../../src/server/liveness/detector.ts';
import { type RunningTracker, startTracker } from '../../../src/server/server.ts';

// The threads' program is there once it is built, which it need not be here.
vi.mock('../../../src/client/hashing/pool.ts', async () => {
  const { inlineHasher } = await import('../../../src/client/hashing/hasher.ts');
  return { hasherPool: () => inlineHasher };
});

let folder: string;
let tracker: RunningTracker;
const start = (port: number): Promise<RunningTracker> =>
  startTracker({
    host: '127.0.0.1',
    port,
    dataFolder: join(folder, 'tracker'),
    liveness: defaultLiveness,
    transport: nodeTransport({ log: silentLog }),
    clock: systemClock,
    random: Math.random,
    log: silentLog,
  });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-daemon-'));
  tracker = await start(0);
});
afterAll(async () => {
  await tracker[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const open = (name: string): Promise<Daemon> =>
  openDaemon({
    home: join(folder, name),
    downloads: join(folder, name, 'downloads'),
    shareFolder: join(folder, name, 'shared'),
    peerPort: 0,
    host: '127.0.0.1',
    traffic: { uploadSlots: 4, maxOwners: 4 },
    downloadSlots: 2,
    log: silentLog,
    signal: new AbortController().signal,
  });

/** Looks after each event until it is so. */
async function until(daemon: Daemon, holds: () => boolean, ms = 10_000): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it did not come to that in time')), ms);
    const watching = daemon.watch(() => {
      if (!holds()) return;
      clearTimeout(timer);
      watching[Symbol.dispose]();
      resolve();
    });
  });
}

const names = (daemon: Daemon): string[] =>
  daemon.roll.contents({ sort: 'name', descending: false, offset: 0, limit: 100 }).rows.map(({ name }) => name);

test('two daemons see what each other shares, fetch it, leave and come back', { timeout: 60_000 }, async () => {
  const server = `127.0.0.1:${tracker.at.port}`;
  const file = join(folder, 'a.bin');
  await writeFile(file, Buffer.alloc(300_000, 7));
  await using alice = await open('alice');
  await using bob = await open('bob');
  const events: DaemonEvent[] = [];
  bob.watch((event) => events.push(event));

  expect((await alice.share(file, { description: 'sevens' })).state).toBe('waiting');
  await alice.connect({ server, user: 'Alice' });
  await bob.connect({ server, user: 'Bob' });
  expect(bob.connection).toMatchObject({ state: 'online', server, user: 'Bob', reachable: true });
  await until(bob, () => names(bob).length === 1);
  const [row] = bob.roll.contents({ sort: 'name', descending: false, offset: 0, limit: 1 }).rows;
  expect(row).toMatchObject({ name: 'a.bin', size: 300_000, description: 'sevens', namesakes: 1 });
  expect(bob.roll.users().map(({ user }) => user)).toEqual(['Alice', 'Bob']);
  expect(alice.shares()).toMatchObject([{ name: 'a.bin', state: 'shared', id: row?.id }]);

  // What is announced while one looks is there soon.
  const before = performance.now();
  const second = join(folder, 'b.txt');
  await writeFile(second, 'b');
  await alice.share(second, {});
  await until(bob, () => names(bob).includes('b.txt'));
  expect(performance.now() - before).toBeLessThan(2000);

  // A limit that is set holds for what runs: 300 kB at 100 kB/s take some seconds.
  await alice.configure({ limitUp: 150_000 });
  expect(await readFile(join(folder, 'alice', 'config.toml'), 'utf8')).toBe('limit-up = 150000\n');
  const began = performance.now();
  const { id } = await bob.transfers.add({ name: resourceName('a.bin'), from: userName('Alice') });
  await until(alice, () => alice.uploads()[0]?.user === 'Bob');
  const [upload] = alice.uploads();
  expect(upload).toMatchObject({ name: 'a.bin', content: row?.id, user: 'Bob', address: '127.0.0.1', size: 300_000 });
  await until(bob, () => bob.transfers.get(id).state === 'done');
  expect(performance.now() - began).toBeGreaterThan(1200);
  const done = bob.transfers.get(id);
  expect((await readFile(done.path ?? '')).length).toBe(300_000);
  await until(bob, () => bob.rates().some(({ down }) => down > 0));
  expect(alice.rates().some(({ up }) => up > 0)).toBe(true);
  await alice.configure({ limitUp: null });

  await alice.withdraw(resourceName('b.txt'));
  await until(bob, () => !names(bob).includes('b.txt'));

  await alice.disconnect();
  expect(alice.connection).toEqual({ state: 'offline' });
  expect(alice.shares()).toMatchObject([{ name: 'a.bin', state: 'waiting' }]);
  await until(bob, () => names(bob).length === 0);
  expect(bob.roll.users().map(({ user }) => user)).toEqual(['Bob']);
  await alice.connect({ server, user: 'Alice' });
  await until(bob, () => names(bob).length === 1);

  // A tracker that goes and comes back on the same port is found again by itself.
  const { port } = tracker.at;
  await tracker[Symbol.asyncDispose]();
  await until(bob, () => bob.connection.state === 'lost');
  expect([bob.roll.state, names(bob)]).toEqual(['old', ['a.bin']]);
  tracker = await start(port);
  await until(bob, () => bob.connection.state === 'online' && bob.roll.state === 'live', 30_000);
  await until(bob, () => names(bob).length === 1, 30_000);

  expect(events.filter(({ event }) => event === 'log').length).toBeGreaterThan(0);
  const closing = performance.now();
  await alice[Symbol.asyncDispose]();
  await bob[Symbol.asyncDispose]();
  expect(performance.now() - closing).toBeLessThan(5000);
});

test('what was shared is shared again by the next start', { timeout: 30_000 }, async () => {
  const server = `127.0.0.1:${tracker.at.port}`;
  const file = join(folder, 'kept.txt');
  const gone = join(folder, 'gone.txt');
  await writeFile(file, 'kept');
  await writeFile(gone, 'gone');
  {
    await using first = await open('carol');
    await first.share(file, { as: resourceName('mine.txt'), description: 'd' });
    await first.share(gone, {});
  }
  await rm(gone);
  await using second = await open('carol');
  expect(second.shares().map(({ name, state }) => [name, state])).toEqual([
    ['mine.txt', 'waiting'],
    ['gone.txt', 'waiting'],
  ]);
  await second.connect({ server, user: 'Carol' });
  await until(second, () => second.shares().every(({ state }) => state === 'shared' || state === 'failed'));
  expect(second.shares()).toMatchObject([
    { name: 'mine.txt', state: 'shared', description: 'd', error: null },
    { name: 'gone.txt', state: 'failed', error: { code: 'not-found' } },
  ]);
});

test('a tracker that is not there, or none of ours, is told with its code', { timeout: 30_000 }, async () => {
  await using daemon = await open('dora');
  await expect(daemon.connect({ server: '127.0.0.1:1', user: 'Dora' })).rejects.toMatchObject({ code: 'unreachable' });
  expect(daemon.connection).toMatchObject({ state: 'offline', error: { code: 'unreachable' } });
  await expect(daemon.connect({ server: '127.0.0.1', user: 'a/b' })).rejects.toMatchObject({ code: 'usage' });
  await expect(daemon.link({ name: resourceName('a'), seconds: 60, plain: false })).rejects.toMatchObject({
    code: 'unreachable',
  });
});
