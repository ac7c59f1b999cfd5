import { expect, test } from 'vitest';
import { RollcallError } from '../../../src/base/errors.ts';
import { visit } from '../../../src/client/session/visit.ts';
import { settle } from '../../support/fakeClock.ts';
import { identityOf } from '../../support/identities.ts';
import { silence } from '../../support/scriptedTracker.ts';
import { trackerAddress, world } from './world.ts';

test('a visit without a name asks once and registers nothing', async () => {
  const { options, tracker } = await world();
  await using session = await visit({ ...options, user: undefined });
  expect(tracker.methods()).toEqual(['ping']);
  expect(session.registered).toBeUndefined();
});

test('a visit with a name registers without a port', async () => {
  const { options, tracker } = await world();
  await using session = await visit(options);
  expect(tracker.calls).toEqual([
    { method: 'register', link: 1, params: { user: 'Sally', instance: options.instance, agent: 'rollcall/test' } },
  ]);
  expect(session.registered?.reach).toEqual({ reachable: false });
});

test('a visit does not beat', async () => {
  const { options, tracker, clock } = await world();
  await using session = await visit(options);
  await clock.wind(60_000);
  expect(session.registered?.heartbeatMs).toBe(2000);
  expect(tracker.beats).toEqual([]);
});

test('a visit knows the tracker by its key', async () => {
  const { options } = await world();
  await using session = await visit({ ...options, user: undefined });
  const { fingerprint } = await identityOf('tracker');
  expect(session.tracker.fingerprint).toBe(fingerprint);
  expect(session.tracker.publicKey.length).toBe(91);
});

test('the clock offset takes half of the round trip away', async () => {
  const { options, tracker, clock } = await world({ latencyMs: 40 });
  tracker.clockAheadMs = 90_000;
  const visiting = visit({ ...options, user: undefined });
  await clock.wind(1000);
  await using session = await visiting;
  expect(session.tracker.clockOffsetMs).toBe(90_000);
  const leaving = session[Symbol.asyncDispose]();
  await clock.wind(1000);
  await leaving;
});

test('a tracker with another key than the pinned one is asked nothing', async () => {
  const { options, tracker } = await world();
  const changed = new RollcallError('key-changed', 'another key');
  await expect(visit({ ...options, pins: { check: () => Promise.reject(changed) } })).rejects.toBe(changed);
  await settle();
  expect(tracker.calls).toEqual([]);
  expect([tracker.links, tracker.open]).toEqual([1, 0]);
});

test('a tracker that is not there is unreachable, with what the transport says', async () => {
  const { options } = await world();
  const nobody = visit({ ...options, server: { host: trackerAddress, port: 9 } });
  await expect(nobody).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/^cannot reach the tracker: .*10\.0\.0\.1:9/),
  });
});

test('a tracker that takes no connection is given up after five seconds', async () => {
  const { options, network, clock } = await world();
  network.cut(trackerAddress);
  const visiting = visit(options);
  const outcome = expect(visiting).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('10.0.0.1:7450'),
  });
  await clock.wind(5000);
  await outcome;
  expect(clock.waiting).toBe(0);
});

test('a tracker that never answers is given up after ten seconds', async () => {
  const { options, tracker, clock } = await world();
  tracker.scripts.set('register', () => silence);
  const outcome = expect(visit(options)).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('did not answer "register" within 10 s'),
  });
  await clock.wind(10_000);
  await outcome;
});

test('a refusal keeps the code and the words of the tracker', async () => {
  const { options, tracker } = await world();
  tracker.scripts.set('register', () => {
    throw new RollcallError('name-taken', 'Sally is somebody else');
  });
  await expect(visit(options)).rejects.toMatchObject({ code: 'name-taken', message: 'Sally is somebody else' });
  await settle();
  expect(tracker.open).toBe(0);
});

test('an aborted opening ends with its reason and leaves no timer', async () => {
  const { options, tracker, clock } = await world();
  tracker.scripts.set('register', () => silence);
  const stop = new AbortController();
  const outcome = expect(visit({ ...options, signal: stop.signal })).rejects.toThrow('enough');
  await settle();
  stop.abort(new Error('enough'));
  await outcome;
  expect(clock.waiting).toBe(0);
});

test('a call that finds the link closed opens it anew, once for all who ask', async () => {
  const { options, tracker } = await world();
  await using session = await visit(options);
  tracker.drop();
  await settle();
  await Promise.all([session.call('users', {}), session.call('users', {})]);
  expect(tracker.methods()).toEqual(['register', 'register', 'users', 'users']);
  expect(tracker.links).toBe(2);
});

test('a link that breaks under a call fails the call', async () => {
  const { options, tracker } = await world();
  await using session = await visit(options);
  tracker.scripts.set('find', () => {
    tracker.drop();
    return silence;
  });
  await expect(session.call('find', {})).rejects.toMatchObject({ code: 'unreachable' });
});

test('a visit that the tracker ended is not opened anew', async () => {
  const { options, tracker } = await world();
  await using session = await visit(options);
  tracker.notify('ended', { reason: 'the name was freed' });
  tracker.drop();
  await settle();
  await expect(session.call('users', {})).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('the name was freed'),
  });
  expect(tracker.links).toBe(1);
});

test('a visit that is ended in the breath that opens it is not open', async () => {
  const { options, tracker } = await world();
  tracker.scripts.set('register', () => {
    queueMicrotask(() => tracker.notify('ended', { reason: 'the name was freed' }));
    tracker.scripts.clear();
    return tracker.answer('register', { instance: options.instance, agent: 'a' });
  });
  await expect(visit(options)).rejects.toMatchObject({ code: 'refused' });
  await settle();
  expect(tracker.open).toBe(0);
});

test('a visitor with a name says goodbye, and one without just goes', async () => {
  const { options, tracker, clock } = await world();
  const named = await visit(options);
  await named[Symbol.asyncDispose]();
  const nobody = await visit({ ...options, user: undefined });
  await nobody[Symbol.asyncDispose]();
  await settle();
  expect(tracker.methods()).toEqual(['register', 'goodbye', 'ping']);
  expect(clock.waiting).toBe(0);
});

test('leaving a silent tracker takes one second at most', async () => {
  const { options, tracker, clock } = await world();
  const session = await visit(options);
  tracker.scripts.set('goodbye', () => silence);
  let left = false;
  const leaving = session[Symbol.asyncDispose]().then(() => {
    left = true;
  });
  await clock.wind(999);
  expect(left).toBe(false);
  await clock.wind(1);
  await leaving;
  expect(clock.waiting).toBe(0);
});

test('a session that was left takes no calls', async () => {
  const { options } = await world();
  const session = await visit(options);
  await session[Symbol.asyncDispose]();
  await expect(session.call('ping', {})).rejects.toMatchObject({ code: 'interrupted' });
});
