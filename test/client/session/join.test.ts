import { expect, test } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { join } from '../../../src/client/session/join.ts';
import type { Transport } from '../../../src/net/transport/transport.ts';
import { settle } from '../../support/fakeClock.ts';
import { silence } from '../../support/scriptedTracker.ts';
import { announcement, trackerAddress, world } from './world.ts';

test('a member registers with its port and tells that it joined', async () => {
  const { options, tracker, events } = await world();
  await using member = await join(options);
  expect(tracker.calls).toEqual([
    {
      method: 'register',
      link: 1,
      params: { user: 'Sally', instance: options.instance, agent: 'rollcall/test', peerPort: 50_000 },
    },
  ]);
  expect(events).toEqual([{ event: 'joined', again: false, registered: member.registered }]);
  expect(member.registered).toMatchObject({ session: tracker.session, epoch: 1, reach: { reachable: true } });
});

test('a member tells which older dialects its port answers', async () => {
  const { options, tracker } = await world();
  await using _member = await join({ ...options, dialects: ['hello', 'fields'] });
  expect(tracker.calls[0]?.params).toMatchObject({ dialects: ['hello', 'fields'] });
});

test('a first join that fails is thrown and not tried again', async () => {
  const { options, tracker, events, clock } = await world();
  tracker.scripts.set('register', () => {
    throw new RollcallError('limit', 'the tracker is full');
  });
  await expect(join(options)).rejects.toMatchObject({ code: 'limit', message: 'the tracker is full' });
  await clock.wind(60_000);
  expect(tracker.methods()).toEqual(['register']);
  expect(tracker.open).toBe(0);
  expect(events).toEqual([]);
  expect(clock.waiting).toBe(0);
});

test('a first join at nobody is thrown with what the transport says', async () => {
  const { options, clock } = await world();
  await expect(join({ ...options, server: { host: trackerAddress, port: 9 } })).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/^cannot reach the tracker: .*10\.0\.0\.1:9/),
  });
  expect(clock.waiting).toBe(0);
});

test('a member that subscribes asks for changes and hands them on', async () => {
  const { options, tracker, events } = await world();
  await using member = await join({ ...options, subscribe: true });
  expect(tracker.methods()).toEqual(['register', 'subscribe']);
  const changes = [{ change: 'joined', user: 'Bob', address: '10.0.0.3', port: 50_001 }];
  tracker.notify('changes', { changes, missed: 2 });
  await settle();
  expect(events.at(-1)).toEqual({ event: 'changes', changes, missed: 2 });
  expect(member.udp).toBe('ok');
});

test('news of reach is told and kept', async () => {
  const { options, tracker, events } = await world();
  await using member = await join(options);
  const reach = { reachable: false, reason: 'port 50000 is closed' };
  tracker.notify('reach', reach);
  await settle();
  expect(events.at(-1)).toEqual({ event: 'reach', ...reach });
  expect(member.registered.reach).toEqual(reach);
});

test('a notice that is not understood changes nothing', async () => {
  const { options, tracker, events } = await world();
  await using member = await join(options);
  tracker.notify('weather', { sun: true });
  tracker.notify('changes', { changes: [{ change: 'moved' }], missed: 0 });
  await settle();
  expect(events.map(({ event }) => event)).toEqual(['joined']);
  await expect(member.call('users', {})).resolves.toEqual({ rows: [] });
});

test('a probe on the connection is answered, with a heartbeat at once', async () => {
  const { options, tracker } = await world();
  await using member = await join(options);
  tracker.ask('probe');
  await settle();
  expect(tracker.answers).toEqual([{ type: 'result', id: 1, result: {} }]);
  expect(tracker.beats.map(({ at, sequence }) => [at, sequence])).toEqual([
    [0, 1],
    [0, 2],
  ]);
  expect(member.udp).toBe('ok');
});

test('leaving says goodbye, stops the heartbeat and leaves no timer', async () => {
  const { options, tracker, clock } = await world();
  const member = await join(options);
  await member.announce([announcement('a.txt')]);
  await clock.wind(5000);
  await member[Symbol.asyncDispose]();
  await settle();
  const beats = tracker.beats.length;
  expect(tracker.methods().at(-1)).toBe('goodbye');
  expect(clock.waiting).toBe(0);
  await clock.wind(60_000);
  expect(tracker.beats.length).toBe(beats);
  expect(tracker.links).toBe(1);
  await expect(member.call('ping', {})).rejects.toMatchObject({ code: 'interrupted' });
  await expect(member.announce([announcement('b.txt')])).rejects.toMatchObject({ code: 'interrupted' });
});

test('leaving twice says goodbye once', async () => {
  const { options, tracker } = await world();
  const member = await join(options);
  await Promise.all([member[Symbol.asyncDispose](), member[Symbol.asyncDispose]()]);
  expect(tracker.methods()).toEqual(['register', 'goodbye']);
});

test('leaving a silent tracker takes one second at most', async () => {
  const { options, tracker, clock } = await world();
  const member = await join(options);
  tracker.scripts.set('goodbye', () => silence);
  let left = false;
  const leaving = member[Symbol.asyncDispose]().then(() => {
    left = true;
  });
  await clock.wind(999);
  expect(left).toBe(false);
  await clock.wind(1);
  await leaving;
  expect(clock.waiting).toBe(0);
});

test('leaving while the tracker is away ends the tries', async () => {
  const { options, tracker, clock } = await world();
  const member = await join(options);
  await tracker.stop();
  await clock.wind(10_000);
  await member[Symbol.asyncDispose]();
  expect(clock.waiting).toBe(0);
});

test('leaving in the middle of a try ends it', async () => {
  const { options, tracker, network, clock } = await world();
  let dialling = 0;
  const transport: Transport = {
    ...options.transport,
    async dial(to, how) {
      dialling += 1;
      try {
        return await options.transport.dial(to, how);
      } finally {
        await settle();
        dialling -= 1;
      }
    },
  };
  const member = await join({ ...options, transport });
  tracker.drop();
  await settle();
  network.cut(trackerAddress);
  await clock.wind(2000);
  expect(dialling).toBe(1);
  await member[Symbol.asyncDispose]();
  expect(dialling).toBe(0);
  expect(clock.waiting).toBe(0);
});

test('the word that the session ended is the last: no more tries, no timers, no calls', async () => {
  const { options, tracker, events, clock } = await world();
  await using member = await join(options);
  tracker.notify('ended', { reason: 'the name "Sally" was unregistered' });
  tracker.drop();
  await clock.wind(60_000);
  expect(events.at(-1)).toEqual({
    event: 'ended',
    reason: 'the tracker ended this session: the name "Sally" was unregistered',
  });
  expect(tracker.methods()).toEqual(['register']);
  expect(clock.waiting).toBe(0);
  await expect(member.call('ping', {})).rejects.toMatchObject({ code: 'refused' });
  await expect(member.withdraw([])).rejects.toMatchObject({ code: 'refused' });
});

test('a session that is ended in the breath that opens it is not joined', async () => {
  const { options, tracker, clock } = await world();
  tracker.scripts.set('register', (params) => {
    queueMicrotask(() => tracker.notify('ended', { reason: 'the name was freed' }));
    tracker.scripts.clear();
    return tracker.answer('register', params);
  });
  await expect(join(options)).rejects.toMatchObject({ code: 'refused' });
  expect(clock.waiting).toBe(0);
});

test('a connection that closes in the breath that registers it is not joined', async () => {
  const { options, tracker, clock } = await world();
  tracker.scripts.set('register', (params) => {
    queueMicrotask(() => tracker.drop());
    tracker.scripts.clear();
    return tracker.answer('register', params);
  });
  await expect(join(options)).rejects.toMatchObject({ code: 'unreachable' });
  expect(clock.waiting).toBe(0);
});

test('what is announced in one go comes in messages of a hundred at most', async () => {
  const { options, tracker } = await world();
  await using member = await join(options);
  await member.announce(Array.from({ length: 201 }, (_, index) => announcement(`file ${index}`)));
  expect(tracker.methods()).toEqual(['register', 'announce', 'announce', 'announce']);
  expect(tracker.resources.size).toBe(201);
});

test('what the tracker refuses to list is thrown and not announced again', async () => {
  const { options, tracker, clock } = await world();
  await using member = await join(options);
  await member.announce([announcement('kept.txt')]);
  tracker.scripts.set('announce', () => {
    throw new RollcallError('limit', 'too many resources');
  });
  await expect(member.announce([announcement('over.txt')])).rejects.toMatchObject({ code: 'limit' });
  tracker.scripts.clear();
  tracker.forget();
  tracker.drop();
  await clock.wind(2000);
  expect([...tracker.resources.keys()]).toEqual(['kept.txt']);
});
