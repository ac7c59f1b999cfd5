import { describe, expect, it } from 'vitest';
import { contentId, type Fingerprint, fingerprint } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Listing, Located } from '../../../src/directory/directory.ts';
import type { Caller } from '../../../src/server/brain/sessions.ts';
import { createWatches } from '../../../src/server/brain/watches.ts';
import {
  maxNewsUsers,
  maxWatches,
  maxWatchesPerAddress,
  maxWatchesPerKey,
  ownersGatherMs,
  ownersMs,
  ownersMsAll,
} from '../../../src/server/limits.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';
import { alice, Brain, bob, carol, FakeConnection, failure, key, resource } from '../support/brain.ts';

const film = resource('film');
const other = resource('other');
const numbered = (at: number) => contentId(at.toString(16).padStart(64, '0'));

const watch = (brain: Brain, caller: Caller, ...ids: (typeof film.id)[]) =>
  brain.tracker.ask(caller, { command: 'watch', ids });
const partial = (brain: Brain, caller: Caller, ...ids: (typeof film.id)[]) =>
  brain.tracker.ask(caller, { command: 'partial', ids });

/** A brain where alice shares the film, and somebody without a name watches it. */
async function scene(to?: (typeof alice)[]) {
  const brain = new Brain();
  const owner = await brain.join(alice, 'a', { remote: '10.0.0.1' });
  await brain.announce(owner.caller, to === undefined ? film : { ...film, to });
  const watcher = brain.meet('f');
  await watch(brain, watcher.caller, film.id);
  return { brain, owner, watcher };
}

describe('who watches a content', () => {
  it.each<[string, (brain: Brain, owner: Caller) => Promise<unknown>]>([
    ['another owner comes', async (brain) => brain.announce((await brain.join(bob, 'b')).caller, film)],
    [
      'an owner withdraws it',
      (brain, caller) => brain.tracker.ask(caller, { command: 'withdraw', names: [film.name] }),
    ],
    ['an owner leaves', (brain, caller) => brain.tracker.ask(caller, { command: 'disconnect' })],
    ['a partial owner comes', async (brain) => partial(brain, (await brain.joinUnnamed('b')).caller, film.id)],
  ])('is told when %s, once', async (_, act) => {
    const { brain, owner, watcher } = await scene();
    await act(brain, owner.caller);
    await brain.clock.wind(ownersGatherMs - 1);
    expect(watcher.connection.owners).toEqual([]);
    await brain.clock.wind(1);
    expect(watcher.connection.owners).toEqual([film.id]);
    await brain.clock.wind(60_000);
    expect(watcher.connection.owners).toEqual([film.id]);
    expect(brain.clock.waiting).toBe(0);
  });

  it.each<[string, (brain: Brain, peer: Awaited<ReturnType<Brain['joinUnnamed']>>) => Promise<unknown>]>([
    ['says goodbye', (brain, { caller }) => brain.tracker.ask(caller, { command: 'disconnect' })],
    ['has its pieces no more', (brain, { caller }) => partial(brain, caller)],
    ['is suspect', (brain, { connected }) => brain.perform({ effect: 'suspect', session: connected.session, why: '' })],
    [
      'is evicted',
      (brain, { connected }) =>
        brain.perform({ effect: 'evict', session: connected.session, reason: 'silent', why: '' }),
    ],
    ['moves', (brain) => brain.joinUnnamed('b', { remote: '10.0.0.7' })],
  ])('is told when a partial owner %s', async (_, act) => {
    const { brain, watcher } = await scene();
    const peer = await brain.joinUnnamed('b');
    await partial(brain, peer.caller, film.id);
    await brain.clock.wind(10_000);
    const before = watcher.connection.owners.length;
    await act(brain, peer);
    await brain.clock.wind(ownersGatherMs);
    expect(watcher.connection.owners.length).toBe(before + 1);
  });

  it('is told of a partial owner that can be reached at last, and not before', async () => {
    const { brain, watcher } = await scene();
    brain.reach = () => ({ reachable: false, reason: 'a firewall' });
    const { caller } = await brain.joinUnnamed('b');
    await partial(brain, caller, film.id);
    await brain.clock.wind(2000);
    expect(watcher.connection.owners).toEqual([]);
    brain.reach = () => ({ reachable: true });
    await brain.clock.wind(2000);
    expect(watcher.connection.owners).toEqual([film.id]);
  });

  it('is told nothing of other contents, nor of its own change of mind', async () => {
    const { brain, owner, watcher } = await scene();
    await brain.announce(owner.caller, other);
    await watch(brain, watcher.caller, other.id);
    await brain.tracker.ask(owner.caller, { command: 'withdraw', names: [film.name] });
    await brain.clock.wind(10_000);
    expect(watcher.connection.owners).toEqual([]);
  });

  it('is told nothing once it watches nothing, or its connection is closed, and no timer runs', async () => {
    const { brain, owner, watcher } = await scene();
    const gone = brain.meet('e');
    await watch(brain, gone.caller, film.id);
    await brain.tracker.ask(owner.caller, { command: 'withdraw', names: [film.name] });
    await watch(brain, watcher.caller);
    brain.tracker.closed(gone.caller);
    expect(brain.clock.waiting).toBe(0);
    await brain.clock.wind(10_000);
    expect([...watcher.connection.owners, ...gone.connection.owners]).toEqual([]);
  });

  it('is told nothing where a partial owner says again what it said', async () => {
    const { brain, watcher } = await scene();
    const { caller } = await brain.joinUnnamed('b');
    await partial(brain, caller, film.id);
    await brain.clock.wind(10_000);
    await partial(brain, caller, film.id);
    await brain.clock.wind(10_000);
    expect(watcher.connection.owners).toEqual([film.id]);
  });

  it('waits to be told like a subscriber, so that its silent connection is kept', async () => {
    const { brain, watcher } = await scene();
    expect(brain.tracker.isSubscriber(watcher.caller)).toBe(true);
    await watch(brain, watcher.caller);
    expect(brain.tracker.isSubscriber(watcher.caller)).toBe(false);
  });

  it('gets nothing for a watch on a connection that is closed already', async () => {
    const { brain, owner } = await scene();
    const late = brain.meet('e');
    brain.tracker.closed(late.caller);
    await watch(brain, late.caller, film.id);
    await brain.tracker.ask(owner.caller, { command: 'withdraw', names: [film.name] });
    await brain.clock.wind(1000);
    expect(late.connection.owners).toEqual([]);
    expect(brain.tracker.isSubscriber(late.caller)).toBe(false);
  });
});

describe('notices of one content', () => {
  it('come at most four times a second, and what came last is told', async () => {
    const { brain, watcher } = await scene();
    const times: number[] = [];
    watcher.connection.tell = (told) => void (told.told === 'owners' && times.push(brain.clock.now()));
    const { caller } = await brain.joinUnnamed('b');
    for (let at = 0; at < 9; at++) {
      await partial(brain, caller, ...(at % 2 === 0 ? [film.id] : []));
      await brain.clock.wind(100);
    }
    const lastAt = brain.clock.now() - 100;
    await brain.clock.wind(10_000);
    expect(times).toEqual([20, 270, 520, 770, 1020]);
    expect(times.at(-1)).toBeGreaterThan(lastAt);
  });

  it('come once for all who come at the same moment', async () => {
    const { brain, watcher } = await scene();
    for (const digit of 'bcde') await partial(brain, (await brain.joinUnnamed(digit)).caller, film.id);
    await brain.clock.wind(10_000);
    expect(watcher.connection.owners).toEqual([film.id]);
  });

  it('come the more seldom the more watch it: a thousand are told every ten seconds, and all of them', async () => {
    const { brain } = await scene();
    const crowd = Array.from({ length: 999 }, (_, at) => brain.meet('e', `10.3.${at >> 8}.${at & 255}`));
    for (const { caller } of crowd) await watch(brain, caller, film.id);
    const { caller } = await brain.joinUnnamed('b');
    for (let at = 0; at < 40; at++) {
      await partial(brain, caller, ...(at % 2 === 0 ? [film.id] : []));
      await brain.clock.wind(500);
    }
    await brain.clock.wind(20_000);
    expect(new Set(crowd.map(({ connection }) => connection.owners.length))).toEqual(new Set([3]));
    const values = new Set(crowd.flatMap(({ connection }) => connection.told));
    expect(values.size).toBe(3);
  });
});

it('notices of ever so many contents that change all the time stay within so many a second', async () => {
  const clock = new FakeClock();
  const directory = { locate: async () => ({ matches: [{ row: {} as Listing, cursor: '' }], more: false }) };
  const watches = createWatches({ directory, clock, log: silentLog });
  const contents = Array.from({ length: 5000 }, (_, at) => numbered(at));
  let notices = 0;
  for (let from = 0; from < contents.length; from += 100) {
    const connection = new FakeConnection(fingerprint(from.toString(16).padStart(64, '0')));
    connection.tell = () => {
      notices += 1;
    };
    watches.watch({ connection, session: undefined, gone: false }, contents.slice(from, from + 100));
  }
  const flapMs = 100;
  await flap();
  notices = 0;
  for (let passed = 0; passed < 1000; passed += flapMs) await flap();
  expect(notices).toBeGreaterThan(0);
  expect(notices).toBeLessThanOrEqual(1000 / ownersMsAll);

  async function flap(): Promise<void> {
    for (const id of contents) watches.partChanged(id);
    await clock.wind(flapMs);
  }
});

describe('a content that is shared with named users', () => {
  it('is news for those alone, whether its owner comes or goes', async () => {
    const brain = new Brain();
    const owner = await brain.join(alice, 'a');
    const friend = await brain.join(bob, 'b', { port: 'none' });
    const stranger = await brain.join(carol, 'c', { port: 'none' });
    const nobody = brain.meet('f');
    for (const { caller } of [owner, friend, stranger, nobody]) await watch(brain, caller, film.id);
    const counts = () => [owner, friend, stranger, nobody].map(({ connection }) => connection.owners.length);
    await brain.announce(owner.caller, { ...film, to: [bob] });
    await brain.clock.wind(ownersMs);
    expect(counts()).toEqual([1, 1, 0, 0]);
    await brain.tracker.ask(owner.caller, { command: 'withdraw', names: [film.name] });
    await brain.clock.wind(ownersMs);
    expect(counts()).toEqual([2, 2, 0, 0]);
  });

  it('has partial owners whose coming and going is news for those alone', async () => {
    const brain = new Brain();
    const owner = await brain.join(alice, 'a');
    await brain.announce(owner.caller, { ...film, to: [bob] });
    const friend = await brain.join(bob, 'b');
    const stranger = await brain.join(carol, 'c', { port: 'none' });
    const nobody = brain.meet('f');
    for (const { caller } of [owner, friend, stranger, nobody]) await watch(brain, caller, film.id);
    const counts = () => [owner, friend, stranger, nobody].map(({ connection }) => connection.owners.length);
    await partial(brain, friend.caller, film.id);
    await brain.clock.wind(ownersMs);
    expect(counts()).toEqual([1, 1, 0, 0]);
    await brain.tracker.ask(friend.caller, { command: 'disconnect' });
    await brain.clock.wind(ownersMs);
    expect(counts()).toEqual([2, 1, 0, 0]);
  });

  it('is no news to anybody when who may not see it says that it passes it on', async () => {
    const brain = new Brain();
    const owner = await brain.join(alice, 'a');
    await brain.announce(owner.caller, { ...film, to: [bob] });
    const friend = await brain.join(bob, 'b', { port: 'none' });
    await watch(brain, friend.caller, film.id);
    const stranger = await brain.join(carol, 'c');
    for (const { caller } of [stranger, await brain.joinUnnamed('d')]) {
      await watch(brain, caller, film.id);
      await partial(brain, caller, film.id);
      await partial(brain, caller);
    }
    await brain.clock.wind(10_000);
    expect([friend, stranger].flatMap(({ connection }) => connection.owners)).toEqual([]);
  });

  it('and with everybody by another owner is no news for others when the first comes', async () => {
    const { brain, watcher } = await scene();
    const owner = await brain.join(bob, 'b');
    await brain.announce(owner.caller, { ...film, to: [carol] });
    await brain.clock.wind(10_000);
    expect(watcher.connection.owners).toEqual([]);
  });

  it('by ever so many audiences is news for whoever sees it, and for nobody else', async () => {
    const { brain, owner } = await scene([carol]);
    const friend = await brain.join(carol, 'c', { port: 'none' });
    const stranger = await brain.join(bob, 'b', { port: 'none' });
    for (const { caller } of [friend, stranger]) await watch(brain, caller, film.id);
    const audience = (at: number) => Array.from({ length: 50 }, (_, user) => userName(`u${at}-${user}`));
    for (let at = 0; at < maxNewsUsers / 50; at++) {
      await brain.announce(owner.caller, { ...film, name: resourceName(`film ${at}`), to: audience(at) });
    }
    await brain.announce(owner.caller, { ...film, to: [carol, ...audience(0)] });
    await brain.clock.wind(ownersMs);
    expect([friend, stranger].map(({ connection }) => connection.owners.length)).toEqual([1, 0]);
  });
});

it('a content that nobody has, or that is unknown, can be watched and is silent until it comes', async () => {
  const brain = new Brain();
  const watcher = brain.meet('f');
  await watch(brain, watcher.caller, film.id, other.id);
  const { caller } = await brain.joinUnnamed('b');
  await partial(brain, caller, film.id);
  await brain.clock.wind(10_000);
  expect(watcher.connection.owners).toEqual([]);
  await brain.announce((await brain.join(alice, 'a')).caller, film);
  await brain.clock.wind(10_000);
  expect(watcher.connection.owners).toEqual([film.id]);
});

it('a tracker that is disposed of tells nobody and leaves no timer', async () => {
  const { brain, owner, watcher } = await scene();
  await brain.tracker.ask(owner.caller, { command: 'withdraw', names: [film.name] });
  brain.tracker[Symbol.dispose]();
  expect(brain.clock.waiting).toBe(0);
  await brain.clock.wind(10_000);
  expect(watcher.connection.owners).toEqual([]);
});

describe('the memory of what is watched', () => {
  const callerOf = (of: Fingerprint, address: string): Caller => ({
    connection: new FakeConnection(of, address),
    session: undefined,
    gone: false,
  });
  const numberedKey = (at: number): Fingerprint => fingerprint(at.toString(16).padStart(64, '0'));
  /** Ten of each key, and a hundred at each address. */
  const callers = (count: number): Caller[] =>
    Array.from({ length: count }, (_, at) => callerOf(numberedKey(Math.floor(at / 10)), `10.0.0.${at % 20}`));
  const ids = Array.from({ length: 100 }, (_, at) => numbered(at));
  const directory = { locate: async () => ({ matches: [], more: false }) };

  it('has an end, past which a watch is refused and the one before it stays', async () => {
    const watches = createWatches({ directory, clock: new FakeClock(), log: silentLog });
    const [first, last, ...others] = callers(maxWatches / 100 + 1);
    if (first === undefined || last === undefined) throw new Error('no callers');
    for (const caller of [first, ...others]) watches.watch(caller, ids);
    expect(watches.size).toBe(maxWatches);
    const refusal = await failure((async () => watches.watch(last, [numbered(0)]))());
    expect(refusal).toMatchObject({ code: 'limit', message: expect.stringContaining(String(maxWatches)) });
    expect(watches.has(last)).toBe(false);
    watches.watch(first, ids.slice(1));
    watches.watch(last, [numbered(0)]);
    expect(() => watches.watch(first, ids)).toThrow(String(maxWatches));
    expect(watches.size).toBe(maxWatches);
  });

  it.each<[string, number, (at: number) => Caller]>([
    ['key', maxWatchesPerKey, (at) => callerOf(key('f'), `10.0.0.${at}`)],
    ['address', maxWatchesPerAddress, (at) => callerOf(numberedKey(at), '10.0.0.1')],
  ])('has an end for one %s, and its connections that are closed make room', async (whose, limit, of) => {
    const watches = createWatches({ directory, clock: new FakeClock(), log: silentLog });
    const [last, first, ...others] = Array.from({ length: limit / 100 + 1 }, (_, at) => of(at));
    if (last === undefined || first === undefined) throw new Error('no callers');
    for (const caller of [first, ...others]) watches.watch(caller, ids);
    const refusal = await failure((async () => watches.watch(last, ids))());
    expect(refusal).toMatchObject({ code: 'limit', message: expect.stringContaining(`your ${whose} has ${limit}`) });
    watches.stop(first);
    watches.watch(last, ids);
    expect(watches.size).toBe(limit);
  });

  it('is empty once all have gone', () => {
    const watches = createWatches({ directory, clock: new FakeClock(), log: silentLog });
    const all = callers(10);
    for (const caller of all) watches.watch(caller, [numbered(1), numbered(2), numbered(1)]);
    expect(watches.size).toBe(20);
    for (const caller of all) watches.stop(caller);
    expect(watches.size).toBe(0);
  });
});

it('who stops watching while it is looked up whether he sees the content is told nothing', async () => {
  const clock = new FakeClock();
  let answer = (): void => {};
  const listing = { row: {} as Listing, cursor: '' };
  const found = new Promise<Located>((resolve) => {
    answer = () => resolve({ matches: [listing], more: false });
  });
  const watches = createWatches({ directory: { locate: () => found }, clock, log: silentLog });
  const [stays, goes] = [new FakeConnection(key('e')), new FakeConnection(key('f'))];
  const caller = { connection: goes, session: undefined, gone: false };
  watches.watch({ connection: stays, session: undefined, gone: false }, [film.id]);
  watches.watch(caller, [film.id]);
  watches.partChanged(film.id);
  await clock.wind(ownersMs);
  watches.stop(caller);
  answer();
  await settle();
  expect([stays, goes].map(({ owners }) => owners.length)).toEqual([1, 0]);
});

it('a directory that fails costs the watchers a notice, and the log says so', async () => {
  const clock = new FakeClock();
  const errors: string[] = [];
  const directory = { locate: () => Promise.reject(new Error('the store is away')) };
  const log = { ...silentLog, error: (fields: object) => void errors.push(JSON.stringify(fields)) };
  const watches = createWatches({ directory, clock, log });
  const connection = new FakeConnection(key('f'));
  watches.watch({ connection, session: undefined, gone: false }, [film.id]);
  watches.partChanged(film.id);
  await clock.wind(1000);
  expect(connection.owners).toEqual([]);
  expect(errors).toEqual([expect.stringContaining('the store is away')]);
});
