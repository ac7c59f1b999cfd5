import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Clock, sleep, systemClock } from '../../../src/base/clock.ts';
import { instanceId } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { ResourceRow } from '../../../src/base/roll.ts';
import { join } from '../../../src/client/session/join.ts';
import { openPins } from '../../../src/client/session/pins.ts';
import { findAll, locateAll, usersAll } from '../../../src/client/session/roll.ts';
import type { JoinOptions, Session, SessionEvent } from '../../../src/client/session/session.ts';
import { visit } from '../../../src/client/session/visit.ts';
import { memoryNetwork } from '../../../src/net/transport/memory.ts';
import { nodeTransport } from '../../../src/net/transport/node.ts';
import type { Endpoint, Transport } from '../../../src/net/transport/transport.ts';
import { defaultLiveness } from '../../../src/server/liveness/detector.ts';
import { type RunningTracker, startTracker } from '../../../src/server/server.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';
import { identityOf } from '../../support/identities.ts';
import { announcement, anyKey, clientAddress, trackerAddress } from './world.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'rollcall-session-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tracker = (name: string, on: Endpoint, transport: Transport, clock: Clock): Promise<RunningTracker> =>
  startTracker({
    ...on,
    dataFolder: joinPath(folder, name),
    liveness: defaultLiveness,
    transport,
    clock,
    random: () => 0.5,
    log: silentLog,
  });

/** A peer's port, so that the tracker can dial back. */
const serve = async (transport: Transport, host: string) =>
  transport.serveHttp(
    { host, port: 0 },
    { identity: await identityOf('sally'), handle: async () => ({ status: 404, headers: new Map() }) },
  );

async function options(transport: Transport, clock: Clock, server: Endpoint, peerPort: number) {
  const events: SessionEvent[] = [];
  const joining: JoinOptions = {
    server,
    user: userName('Sally'),
    peerPort,
    instance: instanceId('5a'.repeat(16)),
    identity: await identityOf('sally'),
    // A wound clock does not wait for a disk.
    pins: clock === systemClock ? openPins(joinPath(folder, 'known_trackers')) : anyKey,
    transport,
    clock,
    random: () => 0.5,
    log: silentLog,
    agent: 'rollcall/test',
    onEvent: (event) => void events.push(event),
    signal: new AbortController().signal,
  };
  return { joining, events };
}

async function rows(session: Session): Promise<ResourceRow[]> {
  const found: ResourceRow[] = [];
  for await (const row of findAll(session, {})) found.push(row);
  return found;
}

/** Waits on the real clock. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !holds(); tries++) await sleep(systemClock, 20);
  expect(holds()).toBe(true);
}

test('over real sockets a tracker lists a member, hears its heartbeats, and has it back after a restart', async () => {
  const transport = nodeTransport();
  await using port = await serve(transport, '127.0.0.1');
  const first = await tracker('real', { host: '127.0.0.1', port: 0 }, transport, systemClock);
  const { at } = first;
  const { joining, events } = await options(transport, systemClock, at, port.at.port);
  await using member = await join(joining);
  expect(member.registered.reach).toEqual({ reachable: true });
  expect(member.tracker.fingerprint).toBe(first.fingerprint);
  expect(Math.abs(member.tracker.clockOffsetMs)).toBeLessThan(1000);
  await member.announce([announcement('a.txt'), announcement('b.txt')]);
  await until(() => member.udp === 'ok');

  const nobody = { ...joining, user: undefined, identity: await identityOf('bob') };
  const listed = [
    ['a.txt', 'Sally', port.at.port],
    ['b.txt', 'Sally', port.at.port],
  ];
  await using visitor = await visit(nobody);
  expect((await rows(visitor)).map(({ name, owner, port }) => [name, owner, port])).toEqual(listed);
  const [choice] = (await locateAll(visitor, { name: resourceName('a.txt') })).choices;
  expect(choice?.owners.map(({ fingerprint }) => fingerprint)).toEqual([joining.identity.fingerprint]);

  await first[Symbol.asyncDispose]();
  await using _second = await tracker('real', at, transport, systemClock);
  await until(() => events.filter(({ event }) => event === 'joined').length === 2);
  await expect(member.call('users', { limit: 1 })).resolves.toMatchObject({ rows: [{ user: 'Sally' }] });
  expect((await rows(visitor)).map(({ name, owner, port }) => [name, owner, port])).toEqual(listed);
});

/** A real tracker and a member of it, on a network and a clock of their own. */
async function onePeer(name: string, change: Partial<JoinOptions> = {}) {
  const clock = new FakeClock();
  const network = memoryNetwork({ clock, random: () => 0.5 });
  const transport = network.at(clientAddress);
  const running = await tracker(name, { host: '0.0.0.0', port: 7450 }, network.at(trackerAddress), clock);
  const port = await serve(transport, '0.0.0.0');
  const server = { host: trackerAddress, port: 7450 };
  const { joining, events } = await options(transport, clock, server, port.at.port);
  const member = await join({ ...joining, ...change });
  const visitor = await visit({
    ...joining,
    user: undefined,
    identity: await identityOf('bob'),
    transport: network.at('10.0.0.3'),
  });
  const names = async (): Promise<string[]> => (await rows(visitor)).map((row) => row.name);
  return {
    clock,
    network,
    running,
    member,
    events,
    names,
    async [Symbol.asyncDispose]() {
      for (const open of [visitor, member, port, running]) await open[Symbol.asyncDispose]();
    },
  };
}

test('a member that was cut off until it was evicted is back with everything once the cable is', async () => {
  await using one = await onePeer('cut');
  const { clock, network, member, events, names } = one;
  await member.announce([announcement('a.txt')]);
  await clock.wind(5000);
  network.cut(clientAddress);
  await clock.wind(14_000);
  expect(await names()).toEqual([]);
  await member.announce([announcement('b.txt')]);
  await clock.wind(30_000);
  network.mend(clientAddress);
  await clock.wind(60_000);
  expect(await names()).toEqual(['a.txt', 'b.txt']);
  expect(events.at(-1)).toMatchObject({ event: 'joined', again: true });
});

test('a member that slept until it was evicted is back within a second of its wake', async () => {
  await using one = await onePeer('sleep');
  const { clock, network, member, names } = one;
  await member.announce([announcement('a.txt')]);
  network.cut(clientAddress);
  await clock.wind(20_000);
  expect(await names()).toEqual([]);
  network.mend(clientAddress);
  clock.jumpWall(600_000);
  await clock.wind(1000);
  expect(await names()).toEqual(['a.txt']);
});

test('a member that wakes before it was evicted never leaves the list', async () => {
  await using one = await onePeer('nap');
  const { clock, member, names } = one;
  await member.announce([announcement('a.txt')]);
  clock.jumpWall(6000);
  for (let second = 0; second < 10; second++) {
    await clock.wind(1000);
    expect(await names()).toEqual(['a.txt']);
  }
  expect(member.registered).toMatchObject({ epoch: 2, resumed: true });
});

test('a member that lives is on the list for ten minutes, over one connection', async () => {
  await using one = await onePeer('lives');
  const { clock, member, names, events } = one;
  await member.announce([announcement('a.txt')]);
  await clock.wind(600_000);
  expect(await names()).toEqual(['a.txt']);
  expect(events.map(({ event }) => event)).toEqual(['joined']);
  expect(member.udp).toBe('ok');
});

test('a member whose connection breaks stays on the list', async () => {
  await using one = await onePeer('severed');
  const { clock, network, member, names, events } = one;
  await member.announce([announcement('a.txt')]);
  network.sever(clientAddress);
  for (let tenth = 0; tenth < 100; tenth++) {
    await clock.wind(100);
    expect(await names()).toEqual(['a.txt']);
  }
  expect(member.registered).toMatchObject({ epoch: 2, resumed: true });
  expect(events.filter(({ event }) => event === 'lost').length).toBeGreaterThan(0);
});

test('a member that leaves is off the list at once', async () => {
  await using one = await onePeer('leave');
  const { member, names, clock } = one;
  await member.announce([announcement('a.txt')]);
  expect(await names()).toEqual(['a.txt']);
  await member[Symbol.asyncDispose]();
  await settle();
  expect(await names()).toEqual([]);
  expect(clock.now()).toBe(0);
});

test('a name that is freed ends its member', async () => {
  await using one = await onePeer('freed');
  const { member, events, names } = one;
  await member.announce([announcement('a.txt')]);
  await member.call('unregister', { user: userName('Sally') });
  await settle();
  expect(events.at(-1)).toMatchObject({ event: 'ended' });
  expect(await names()).toEqual([]);
});

test('a member that subscribes is told what happens', async () => {
  await using one = await onePeer('feed', { subscribe: true });
  const { clock, member, events } = one;
  await member.announce([announcement('a.txt')]);
  await clock.wind(1000);
  expect(events.flatMap((event) => (event.event === 'changes' ? event.changes : []))).toContainEqual(
    expect.objectContaining({ change: 'announced', name: 'a.txt', owner: 'Sally' }),
  );
  const users: string[] = [];
  for await (const { user } of usersAll(member)) users.push(user);
  expect(users).toEqual(['Sally']);
});
