import { expect, test } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { resourceName } from '../../../src/base/names.ts';
import { join } from '../../../src/client/session/join.ts';
import type { SessionEvent } from '../../../src/client/session/session.ts';
import type { Transport } from '../../../src/net/transport/transport.ts';
import { settle } from '../../support/fakeClock.ts';
import { identityOf } from '../../support/identities.ts';
import { ScriptedTracker, silence } from '../../support/scriptedTracker.ts';
import { announcement, clientAddress, trackerAddress, world } from './world.ts';

const waits = (events: readonly SessionEvent[]): number[] =>
  events.flatMap((event) => (event.event === 'lost' ? [event.retryMs] : []));
const names = (events: readonly SessionEvent[]): string[] => events.map(({ event }) => event);

test('a lost connection is dialled anew within two seconds, spread evenly', async () => {
  for (const [drawn, retryMs] of [
    [0.001, 2],
    [0.5, 1000],
    [0.999, 1998],
  ] as const) {
    const { options, tracker, events, clock, chance } = await world();
    await using member = await join(options);
    chance.next = drawn;
    tracker.drop();
    await settle();
    expect(events.at(-1)).toEqual({ event: 'lost', why: expect.any(String), retryMs });
    await clock.wind(retryMs - 1);
    expect(tracker.links).toBe(1);
    await clock.wind(1);
    expect(events.at(-1)).toEqual({ event: 'joined', again: true, registered: member.registered });
    expect(member.registered.epoch).toBe(2);
  }
});

test('failed tries back off with full jitter, to thirty seconds', async () => {
  const { options, tracker, events, clock, chance } = await world();
  await using member = await join(options);
  chance.next = 1;
  await tracker.stop();
  await clock.wind(150_000);
  expect(waits(events).slice(0, 8)).toEqual([2000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  chance.next = 0.25;
  await clock.wind(60_000);
  expect(waits(events).at(-1)).toBe(7500);
  expect(member.registered.epoch).toBe(1);
});

test('a tracker that was restarted has everything again', async () => {
  const { options, tracker, events, clock } = await world();
  await using member = await join(options);
  await member.announce([announcement('a.txt'), announcement('b.txt')]);
  await member.withdraw([resourceName('a.txt')]);
  await tracker.stop();
  await clock.wind(3000);
  await tracker.listen();
  await clock.wind(30_000);
  expect(member.registered.resumed).toBe(false);
  expect([...tracker.resources.keys()]).toEqual(['b.txt']);
  expect(names(events).at(-1)).toBe('joined');
});

test('what is announced while the tracker is away is listed once it is back', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await tracker.stop();
  await settle();
  await member.announce([announcement('later.txt')]);
  await tracker.listen();
  await clock.wind(2000);
  expect([...tracker.resources.keys()]).toEqual(['later.txt']);
});

test('what is withdrawn while the link is away is withdrawn where the session is resumed', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await member.announce([announcement('a.txt'), announcement('b.txt')]);
  tracker.drop();
  await settle();
  await member.withdraw([resourceName('a.txt')]);
  expect([...tracker.resources.keys()]).toEqual(['a.txt', 'b.txt']);
  await clock.wind(2000);
  expect(member.registered.resumed).toBe(true);
  expect([...tracker.resources.keys()]).toEqual(['b.txt']);
  expect(tracker.methods().slice(2)).toEqual(['register', 'withdraw', 'announce']);
});

test('what is withdrawn and announced again while the link is away stays', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await member.announce([announcement('a.txt')]);
  tracker.drop();
  await settle();
  await member.withdraw([resourceName('a.txt')]);
  await member.announce([announcement('a.txt', { size: 99 })]);
  await clock.wind(2000);
  expect(tracker.resources.get(resourceName('a.txt'))?.size).toBe(99);
  expect(tracker.methods()).not.toContain('withdraw');
});

test('an announcement that the link broke under is made again', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  tracker.scripts.set('announce', () => {
    tracker.scripts.clear();
    tracker.drop();
    return silence;
  });
  await member.announce([announcement('a.txt')]);
  await clock.wind(2000);
  expect([...tracker.resources.keys()]).toEqual(['a.txt']);
});

test('a tracker that leaves an announcement unanswered for ten seconds is dialled anew', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  tracker.scripts.set('announce', () => silence);
  const announcing = member.announce([announcement('a.txt')]);
  await clock.wind(9999);
  expect(tracker.links).toBe(1);
  tracker.scripts.clear();
  await clock.wind(1);
  await announcing;
  await settle();
  expect(tracker.links).toBe(2);
  expect([...tracker.resources.keys()]).toEqual(['a.txt']);
});

test('what the tracker refuses to list again is told, and the rest is listed', async () => {
  const { options, tracker, clock } = await world();
  const told: object[] = [];
  const log = { ...options.log, warn: (fields: object, message: string) => void told.push({ ...fields, message }) };
  await using member = await join({ ...options, log });
  await member.announce(Array.from({ length: 150 }, (_, index) => announcement(`file ${index}`)));
  tracker.forget();
  tracker.scripts.set('announce', () => {
    tracker.scripts.clear();
    throw new RollcallError('limit', 'too many at once');
  });
  tracker.drop();
  await clock.wind(2000);
  expect(tracker.resources.size).toBe(50);
  expect(told.at(-1)).toMatchObject({
    why: 'too many at once',
    message: 'the tracker refuses what it listed before',
    names: expect.arrayContaining(['file 0', 'file 99']),
  });
  tracker.drop();
  await clock.wind(2000);
  expect(tracker.resources.size).toBe(150);
});

test('a call waits for the link that is being mended', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  tracker.drop();
  await settle();
  const calling = member.call('users', {});
  await clock.wind(2000);
  await expect(calling).resolves.toEqual({ rows: [] });
});

test('a call that the link broke under is asked again', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  tracker.scripts.set('users', () => {
    tracker.scripts.clear();
    tracker.drop();
    return silence;
  });
  const calling = member.call('users', {});
  await clock.wind(2000);
  await expect(calling).resolves.toEqual({ rows: [] });
  expect(tracker.methods()).toEqual(['register', 'users', 'register', 'users']);
});

test('a call gives up after ten seconds without a link, and says why', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await tracker.stop();
  await settle();
  let told: unknown;
  const calling = member.call('users', {}).catch((error: unknown) => {
    told = error;
  });
  await clock.wind(9999);
  expect(told).toBeUndefined();
  await clock.wind(1);
  await calling;
  expect(told).toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/away for 10 s: .*10\.0\.0\.1:7450/),
  });
});

test('a call that is aborted while the link is away ends with the reason', async () => {
  const { options, tracker } = await world();
  await using member = await join(options);
  await tracker.stop();
  await settle();
  const stop = new AbortController();
  const calling = expect(member.call('users', {}, stop.signal)).rejects.toThrow('enough');
  stop.abort(new Error('enough'));
  await calling;
});

test('a name that somebody else has by now ends the tries', async () => {
  const { options, tracker, events, clock } = await world();
  await using member = await join(options);
  tracker.scripts.set('register', () => {
    throw new RollcallError('name-taken', 'Sally is somebody else');
  });
  tracker.drop();
  await clock.wind(60_000);
  expect(events.at(-1)).toEqual({ event: 'ended', reason: 'Sally is somebody else' });
  expect(tracker.methods()).toEqual(['register', 'register']);
  expect(clock.waiting).toBe(0);
  await expect(member.call('ping', {})).rejects.toMatchObject({ code: 'name-taken' });
});

test('a tracker that comes back with another key ends the tries', async () => {
  const { options, tracker, network, events, clock } = await world();
  const known = (await identityOf('tracker')).fingerprint;
  const pins = {
    check: async (_: unknown, shown: string) => {
      if (shown !== known) throw new RollcallError('key-changed', 'another key');
      return 'same' as const;
    },
  };
  await using member = await join({ ...options, pins });
  await tracker.stop();
  const impostor = await ScriptedTracker.start({
    transport: network.at(trackerAddress),
    identity: await identityOf('impostor'),
    clock,
  });
  await clock.wind(60_000);
  expect(events.at(-1)).toEqual({ event: 'ended', reason: 'another key' });
  expect(impostor.calls).toEqual([]);
  expect(impostor.links).toBe(1);
  await expect(member.call('ping', {})).rejects.toMatchObject({ code: 'key-changed' });
});

test('a refusal that may pass is tried again', async () => {
  const { options, tracker, events, clock } = await world();
  await using member = await join(options);
  tracker.scripts.set('register', () => {
    tracker.scripts.clear();
    throw new RollcallError('limit', 'full for now');
  });
  tracker.drop();
  await clock.wind(5000);
  expect(names(events)).toEqual(['joined', 'lost', 'lost', 'joined']);
  expect([tracker.links, tracker.open]).toEqual([3, 1]);
  expect(events[2]).toMatchObject({ why: 'full for now' });
  expect(member.registered.epoch).toBe(2);
});

test('a subscription is made again', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join({ ...options, subscribe: true });
  tracker.drop();
  await clock.wind(2000);
  expect(tracker.methods()).toEqual(['register', 'subscribe', 'register', 'subscribe']);
  expect(member.registered.epoch).toBe(2);
});

test('RESYNC is followed by a new connection and a registration, without a wait', async () => {
  const { options, tracker, events, clock } = await world();
  await using member = await join(options);
  tracker.send({ kind: 'resync' });
  await clock.wind(0);
  expect(tracker.calls.map(({ method, link }) => [method, link])).toEqual([
    ['register', 1],
    ['register', 2],
  ]);
  expect(waits(events)).toEqual([0]);
  expect(member.registered.epoch).toBe(2);
});

test('after RESYNC one round trip over the new connection is enough', async () => {
  const { options, tracker, network, events, clock } = await world({ latencyMs: 100 });
  const joining = join(options);
  await clock.wind(1000);
  const member = await joining;
  tracker.send({ kind: 'resync' });
  const registered = (): number => events.filter(({ event }) => event === 'joined').length;
  // The datagram takes 100 ms, the dialling and the registration 200 ms each.
  await clock.wind(499);
  expect(registered()).toBe(1);
  await clock.wind(1);
  expect(registered()).toBe(2);
  network.kill(clientAddress);
  const leaving = member[Symbol.asyncDispose]();
  await clock.wind(1000);
  await leaving;
});

test('RESYNC ends the first wait, and no later one', async () => {
  const { options, tracker, events, clock, chance } = await world();
  await using member = await join(options);
  chance.next = 0.999;
  tracker.scripts.set('register', () => {
    throw new RollcallError('limit', 'full for now');
  });
  tracker.drop();
  await settle();
  tracker.send({ kind: 'resync' });
  await settle();
  expect(tracker.methods()).toEqual(['register', 'register']);
  tracker.send({ kind: 'resync' });
  await clock.wind(1997);
  expect(tracker.methods().length).toBe(2);
  await clock.wind(1);
  expect(tracker.methods().length).toBe(3);
  expect(names(events).slice(0, 3)).toEqual(['joined', 'lost', 'lost']);
  expect(member.registered.epoch).toBe(1);
});

test('heartbeats go on while the connection is away', async () => {
  const { options, tracker, clock } = await world();
  tracker.scripts.set('register', (params) => {
    tracker.scripts.set('register', () => silence);
    return { ...registration(tracker), address: clientAddress, ...(params as object) };
  });
  await using member = await join(options);
  tracker.drop();
  await clock.wind(8000);
  expect(tracker.beats.map(({ at }) => at)).toEqual([0, 2000, 4000, 6000, 8000]);
  expect(member.udp).toBe('ok');
});

const registration = (tracker: ScriptedTracker): object => ({
  session: tracker.session,
  epoch: 1,
  resumed: false,
  heartbeatKey: Buffer.from(tracker.key).toString('base64'),
  heartbeatMs: 2000,
  evictAfterMs: 12_000,
  time: 0,
  reach: { reachable: true },
});

test('a suspend is followed by a registration over the same connection', async () => {
  const { options, tracker, events, clock } = await world();
  await using member = await join(options);
  tracker.forget();
  await member.announce([announcement('a.txt')]);
  tracker.forget();
  clock.jumpWall(600_000);
  await clock.wind(1000);
  expect(tracker.calls.map(({ method, link }) => [method, link])).toEqual([
    ['register', 1],
    ['announce', 1],
    ['register', 1],
    ['announce', 1],
  ]);
  expect(events.at(-1)).toMatchObject({ event: 'joined', again: true });
  expect([...tracker.resources.keys()]).toEqual(['a.txt']);
});

test('a connection that did not outlive the suspend is dialled anew after five seconds', async () => {
  const { options, tracker, events, clock } = await world();
  await using member = await join(options);
  tracker.scripts.set('register', () => silence);
  clock.jumpWall(600_000);
  await clock.wind(5999);
  expect(tracker.links).toBe(1);
  tracker.scripts.clear();
  await clock.wind(1);
  expect(tracker.links).toBe(2);
  expect(waits(events)).toEqual([0]);
  expect(member.registered.epoch).toBe(2);
});

test('a connection that turns out closed after a suspend is dialled anew at once', async () => {
  const { options, tracker, events, clock } = await world();
  await using member = await join(options);
  tracker.scripts.set('register', () => silence);
  clock.jumpWall(600_000);
  await clock.wind(1000);
  tracker.scripts.clear();
  tracker.drop();
  await settle();
  expect(waits(events)).toEqual([0]);
  await clock.wind(0);
  expect(member.registered.epoch).toBe(2);
});

test('a name that somebody took during the suspend ends the session', async () => {
  const { options, tracker, events, clock } = await world();
  await using member = await join(options);
  tracker.scripts.set('register', () => {
    throw new RollcallError('name-taken', 'Sally is somebody else');
  });
  clock.jumpWall(600_000);
  await clock.wind(60_000);
  expect(events.at(-1)).toEqual({ event: 'ended', reason: 'Sally is somebody else' });
  expect(tracker.methods()).toEqual(['register', 'register']);
  await expect(member.call('ping', {})).rejects.toMatchObject({ code: 'name-taken' });
});

test('a suspend while the tracker is away is followed by a try at once', async () => {
  const { options, tracker, events, clock, chance } = await world();
  await using member = await join(options);
  chance.next = 0.999;
  await tracker.stop();
  await clock.wind(100_000);
  await tracker.listen();
  const before = clock.now();
  clock.jumpWall(600_000);
  await clock.wind(1000);
  expect(events.at(-1)).toMatchObject({ event: 'joined', again: true });
  expect(tracker.beats[0]?.at).toBeLessThanOrEqual(before + 1000);
  expect(member.registered.epoch).toBe(2);
});

test('a suspend in the middle of a try is followed by a new one at once', async () => {
  const { options, tracker, network, events, clock } = await world();
  let dialled = 0;
  const transport: Transport = {
    ...options.transport,
    dial(to, how) {
      dialled += 1;
      return options.transport.dial(to, how);
    },
  };
  await using member = await join({ ...options, transport });
  tracker.drop();
  await settle();
  network.cut(trackerAddress);
  await clock.wind(3000);
  expect(dialled).toBe(2);
  clock.jumpWall(600_000);
  await clock.wind(1000);
  expect(dialled).toBe(3);
  expect(events.at(-1)).toEqual({ event: 'lost', why: 'awake after a while', retryMs: 0 });
  network.mend(trackerAddress);
  await clock.wind(0);
  expect(events.at(-1)).toMatchObject({ event: 'joined', again: true });
  expect([member.registered.epoch, tracker.open]).toEqual([2, 1]);
});

test('a connection that is silent for as long as the tracker bears it is asked, and kept where it answers', async () => {
  const { options, tracker, clock } = await world();
  tracker.acknowledges = false;
  tracker.clockAheadMs = 5000;
  await using member = await join(options);
  await clock.wind(11_999);
  expect(tracker.methods()).toEqual(['register']);
  tracker.clockAheadMs = 7000;
  await clock.wind(1);
  expect(tracker.methods()).toEqual(['register', 'ping']);
  expect(member.tracker.clockOffsetMs).toBe(7000);
  await clock.wind(11_000);
  expect(tracker.methods()).toEqual(['register', 'ping']);
  expect(tracker.links).toBe(1);
});

test('a tracker that acknowledges heartbeats is not asked', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await clock.wind(60_000);
  expect(tracker.methods()).toEqual(['register']);
  expect(member.udp).toBe('ok');
});

test('a connection that leaves the question unanswered for five seconds is half-open and dialled anew', async () => {
  const { options, tracker, network, events, clock } = await world();
  await using member = await join(options);
  tracker.acknowledges = false;
  await clock.wind(500);
  network.cut(trackerAddress);
  await clock.wind(16_499);
  expect(waits(events)).toEqual([]);
  await clock.wind(1);
  expect(waits(events)).toEqual([0]);
  network.mend(trackerAddress);
  await clock.wind(5000);
  expect(member.registered.epoch).toBe(2);
});

test('a silent tracker is asked once at a time', async () => {
  const { options, tracker, clock } = await world();
  tracker.acknowledges = false;
  tracker.scripts.set('ping', () => silence);
  await using member = await join(options);
  await clock.wind(16_999);
  expect(tracker.methods()).toEqual(['register', 'ping']);
  await clock.wind(1);
  expect(tracker.methods()).toEqual(['register', 'ping', 'register']);
  expect(member.registered.epoch).toBe(2);
});

test('a call that is left unanswered puts the connection to the test', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  tracker.scripts.set('users', () => silence);
  const calling = expect(member.call('users', {})).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('did not answer "users" within 10 s'),
  });
  await clock.wind(10_000);
  await calling;
  expect(tracker.methods()).toEqual(['register', 'users', 'ping']);
});

test('a tracker that talks nonsense is dialled anew', async () => {
  const { options, tracker, events, clock } = await world();
  await using member = await join(options);
  tracker.say('HTTP/1.1 400 Bad Request\r\n');
  await clock.wind(2000);
  expect(events[1]).toMatchObject({ event: 'lost', why: expect.stringContaining('does not follow the protocol') });
  expect(member.registered.epoch).toBe(2);
});
