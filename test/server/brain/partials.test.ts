import { describe, expect, it } from 'vitest';
import { contentId, type InstanceId, instanceId } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import { maxLineBytes } from '../../../src/net/wire/lines.ts';
import { createPartials } from '../../../src/server/brain/partials.ts';
import { type Session, Sessions } from '../../../src/server/brain/sessions.ts';
import { dialAgainSoonMs, maxPartials } from '../../../src/server/limits.ts';
import { settle } from '../../support/fakeClock.ts';
import { seededRandom } from '../../support/random.ts';
import { alice, Brain, bob, carol, failure, key, resource } from '../support/brain.ts';

const film = resource('film');
const numbered = (at: number) => contentId(at.toString(16).padStart(64, '0'));

/** A brain where alice shares the film, and `asker` asks for it. */
async function scene(to?: (typeof alice)[]) {
  const brain = new Brain();
  const owner = await brain.join(alice, 'a', { remote: '10.0.0.1' });
  await brain.announce(owner.caller, to === undefined ? film : { ...film, to });
  const asker = brain.meet('f');
  return { brain, owner, asker: asker.caller };
}

describe('a partial owner', () => {
  it('without a name is located with an address, a key and a ticket, and is listed nowhere', async () => {
    const { brain, asker } = await scene();
    const { caller } = await brain.joinUnnamed('b', { remote: '10.0.0.2' });
    await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
    const { choices } = await brain.tracker.ask(asker, { command: 'locate', name: resourceName('film') });
    const ticket = `f may have ${film.id.slice(0, 4)} of b`;
    expect(choices).toMatchObject([{ id: film.id, owners: [{ user: 'alice' }] }]);
    expect(choices[0]?.partial).toEqual([{ address: '10.0.0.2', port: 4000, fingerprint: key('b'), ticket }]);
    expect(await brain.find(asker)).toEqual(['film@alice']);
    expect(await brain.users(asker)).toEqual(['alice']);
  });

  it('with a name is located like one without', async () => {
    const { brain, asker } = await scene();
    const { caller } = await brain.join(bob, 'b', { remote: '10.0.0.2' });
    await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
    expect(await brain.partial(asker, film.id)).toEqual(['10.0.0.2:4000']);
    expect(await brain.find(asker)).toEqual(['film@alice']);
  });

  it('is what it said last, and nothing that it said before', async () => {
    const { brain, owner, asker } = await scene();
    const other = resource('other');
    await brain.announce(owner.caller, other);
    const { caller } = await brain.joinUnnamed('b', { remote: '10.0.0.2' });
    await brain.tracker.ask(caller, { command: 'partial', ids: [film.id, film.id] });
    await brain.tracker.ask(caller, { command: 'partial', ids: [other.id] });
    expect(await brain.partial(asker, film.id)).toEqual([]);
    expect(await brain.partial(asker, other.id)).toEqual(['10.0.0.2:4000']);
    await brain.tracker.ask(caller, { command: 'partial', ids: [] });
    expect(await brain.partial(asker, other.id)).toEqual([]);
  });

  it('needs a session with a port', async () => {
    const { brain, asker } = await scene();
    const ids = [film.id];
    const stranger = await failure(brain.tracker.ask(asker, { command: 'partial', ids }));
    expect(stranger).toMatchObject({ code: 'refused', message: expect.stringContaining('register first') });
    const portless = await brain.joinUnnamed('b', { port: 'none' });
    const refusal = await failure(brain.tracker.ask(portless.caller, { command: 'partial', ids }));
    expect(refusal).toMatchObject({ code: 'refused', message: expect.stringContaining('port') });
  });

  it('is not named to its own key', async () => {
    const { brain } = await scene();
    const { caller } = await brain.joinUnnamed('b', { remote: '10.0.0.2' });
    await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
    expect(await brain.partial(caller, film.id)).toEqual([]);
    expect(await brain.partial(brain.meet('b').caller, film.id)).toEqual([]);
    expect(await brain.partial(brain.meet('c').caller, film.id)).toEqual(['10.0.0.2:4000']);
  });

  it('on loopback is named under the address that the asker reached the tracker at', async () => {
    const { brain } = await scene();
    const { caller } = await brain.joinUnnamed('b', { remote: '127.0.0.1' });
    await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
    const far = brain.meet('f', '10.0.0.9', '10.0.0.254');
    expect(await brain.partial(far.caller, film.id)).toEqual(['10.0.0.254:4000']);
  });

  it('of what is shared with named users is named to those alone', async () => {
    const { brain, owner, asker } = await scene([bob]);
    const friend = await brain.join(bob, 'b', { port: 'none' });
    const other = await brain.join(carol, 'c', { port: 'none' });
    const { caller } = await brain.joinUnnamed('d', { remote: '10.0.0.2' });
    await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
    expect(await brain.partial(friend.caller, film.id)).toEqual(['10.0.0.2:4000']);
    expect(await brain.partial(owner.caller, film.id)).toEqual(['10.0.0.2:4000']);
    expect(await brain.partial(other.caller, film.id)).toEqual([]);
    expect(await brain.partial(asker, film.id)).toEqual([]);
  });

  it('is named to nobody once the last owner has left', async () => {
    const { brain, owner, asker } = await scene();
    const { caller } = await brain.joinUnnamed('b');
    await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
    await brain.tracker.ask(owner.caller, { command: 'disconnect' });
    expect(await brain.tracker.ask(asker, { command: 'locate', id: film.id })).toEqual({ choices: [] });
  });
});

describe('a partial owner is gone', () => {
  it('at its goodbye', async () => {
    const { brain, asker } = await scene();
    const { caller } = await brain.joinUnnamed('b');
    await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
    await brain.tracker.ask(caller, { command: 'disconnect' });
    expect(await brain.partial(asker, film.id)).toEqual([]);
  });

  it('when it is evicted, and does not return with a new registration by itself', async () => {
    const { brain, asker } = await scene();
    const { caller, connected } = await brain.joinUnnamed('b');
    await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
    await brain.perform({ effect: 'evict', session: connected.session, why: 'silent' });
    expect(await brain.partial(asker, film.id)).toEqual([]);
    await brain.joinUnnamed('b');
    expect(await brain.partial(asker, film.id)).toEqual([]);
  });

  it('while it is suspect', async () => {
    const { brain, asker } = await scene();
    const { caller, connected } = await brain.joinUnnamed('b', { remote: '10.0.0.2' });
    await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
    await brain.perform({ effect: 'suspect', session: connected.session, why: 'silent' });
    expect(await brain.partial(asker, film.id)).toEqual([]);
    await brain.perform({ effect: 'revive', session: connected.session, why: 'heard' });
    expect(await brain.partial(asker, film.id)).toEqual(['10.0.0.2:4000']);
  });

  it('until it can be reached', async () => {
    const { brain, asker } = await scene();
    brain.reach = () => ({ reachable: false, reason: 'a firewall' });
    const { caller } = await brain.joinUnnamed('b', { remote: '10.0.0.2' });
    await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
    expect(await brain.partial(asker, film.id)).toEqual([]);
    brain.reach = () => ({ reachable: true });
    await brain.clock.wind(dialAgainSoonMs);
    expect(await brain.partial(asker, film.id)).toEqual(['10.0.0.2:4000']);
  });

  it('when it has moved to where it cannot be reached, with a name or without', async () => {
    const { brain, asker } = await scene();
    const unnamed = await brain.joinUnnamed('b', { remote: '10.0.0.2' });
    const named = await brain.join(carol, 'c', { remote: '10.0.0.3' });
    for (const { caller } of [unnamed, named]) await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
    expect(await brain.partial(asker, film.id)).toEqual(['10.0.0.2:4000', '10.0.0.3:4000']);
    brain.reach = () => ({ reachable: false, reason: 'a firewall' });
    await brain.joinUnnamed('b', { remote: '10.0.0.4' });
    await brain.join(carol, 'c', { remote: '10.0.0.5' });
    expect(await brain.partial(asker, film.id)).toEqual([]);
  });
});

it('a partial owner that comes back on another connection is one still, and at its new address', async () => {
  const { brain, asker } = await scene();
  const { caller, connected } = await brain.joinUnnamed('b', { remote: '10.0.0.2' });
  await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
  const again = await brain.joinUnnamed('b', { remote: '10.0.0.4', port: 5000 });
  expect(again.connected).toMatchObject({ session: connected.session, resumed: true });
  expect(await brain.partial(asker, film.id)).toEqual(['10.0.0.4:5000']);
});

it('a partial owner without a name is looked after when it is reported, as an owner is', async () => {
  const { brain, asker } = await scene();
  const { connected } = await brain.joinUnnamed('b', { remote: '10.0.0.2' });
  await brain.tracker.ask(asker, { command: 'report', address: '10.0.0.2', port: 4000 });
  expect(brain.detector.heard).toContain(`reported ${connected.session}`);
});

describe('a page', () => {
  /** Says `partial` for some ids from `count` sessions, each with an address of its own. */
  async function crowd(brain: Brain, count: number, ids: (typeof film.id)[]): Promise<void> {
    for (let at = 0; at < count; at++) {
      const on = brain.meet('b', `10.1.${Math.floor(at / 250)}.${at % 250}`);
      const instance: InstanceId = instanceId(at.toString(16).padStart(32, '0'));
      await brain.tracker.ask(on.caller, { command: 'connect', instance, port: 4000, agent: 'test 1' });
      await brain.tracker.ask(on.caller, { command: 'partial', ids });
    }
  }

  it('names fifty of many partial owners, others each time, and all of them in the long run', async () => {
    const { brain, asker } = await scene();
    await crowd(brain, 200, [film.id]);
    const first = await brain.partial(asker, film.id);
    expect(new Set(first).size).toBe(50);
    const seen = new Set(first);
    expect(await brain.partial(asker, film.id)).not.toEqual(first);
    for (let asked = 0; asked < 60; asked++) for (const at of await brain.partial(asker, film.id)) seen.add(at);
    expect(seen.size).toBe(200);
  });

  it('shares fifty out among the contents of a name', async () => {
    const { brain, owner, asker } = await scene();
    const other = resource('film', 'another film');
    const rare = resource('film', 'a rare film');
    const more = await brain.join(bob, 'd', { remote: '10.0.0.3' });
    const last = await brain.join(carol, 'e', { remote: '10.0.0.4' });
    await brain.announce(more.caller, other);
    await brain.announce(last.caller, rare);
    await crowd(brain, 60, [film.id, other.id]);
    await brain.tracker.ask(owner.caller, { command: 'partial', ids: [rare.id] });
    const { choices } = await brain.tracker.ask(asker, { command: 'locate', name: resourceName('film') });
    const counts = new Map(choices.map(({ id, partial }) => [id, partial.length]));
    expect(counts.get(rare.id)).toBe(1);
    const [least = 0, most = 0] = [counts.get(film.id), counts.get(other.id)].map(Number).sort((a, b) => a - b);
    expect(least).toBeGreaterThanOrEqual(16);
    expect(least + most + 1).toBeLessThanOrEqual(50);
  });

  it('names partial owners where a content begins, and not where it goes on', async () => {
    const { brain, asker } = await scene();
    for (const [at, user] of [bob, carol].entries()) {
      const { caller } = await brain.join(user, 'bc'[at] ?? '', { remote: `10.0.1.${at}` });
      await brain.announce(caller, film);
    }
    const other = resource('film', 'another film');
    const { caller } = await brain.join(userName('dora'), 'd', { remote: '10.0.1.9' });
    await brain.announce(caller, other);
    await crowd(brain, 1, [film.id, other.id]);
    const pages: string[][] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await brain.tracker.ask(asker, { command: 'locate', name: film.name, limit: 1, cursor });
      pages.push(page.choices.map(({ id, partial }) => `${id === film.id ? 'film' : 'other'} ${partial.length}`));
      cursor = page.next;
      if (cursor === undefined) break;
    }
    expect(pages.flat().sort()).toEqual(['film 0', 'film 0', 'film 1', 'other 1']);
  });

  it('of the longest rows fits into a line with all the partial owners that it may name', async () => {
    const { brain, asker } = await scene();
    brain.ticket = () => 'x'.repeat(700);
    const name = resourceName('x'.repeat(255));
    const ids: (typeof film.id)[] = [];
    for (let at = 0; at < 60; at++) {
      const user = userName(`${at}${'ü'.repeat(60)}`);
      const on = brain.meet('0123456789abcdef'[at % 16] ?? '', `fd00:1111:2222:3333:4444:5555:6666:${7000 + at}`);
      const { caller } = await brain.join(user, 'a', { on, instance: at.toString(16).padStart(2, '0') });
      const long = resource(name, `content ${at}`, { description: '\u0001'.repeat(1000) });
      await brain.announce(caller, long);
      ids.push(long.id);
    }
    await crowd(brain, 60, ids);
    const page = await brain.tracker.ask(asker, { command: 'locate', name, limit: 200 });
    expect(page.choices.flatMap(({ partial }) => partial).length).toBe(50);
    const bytes = Buffer.byteLength(JSON.stringify(page));
    expect(bytes).toBeGreaterThan(0.9 * maxLineBytes);
    expect(bytes).toBeLessThan(maxLineBytes);
  });
});

it('tickets for links name no partial owners', async () => {
  const { brain, asker } = await scene();
  const { caller } = await brain.joinUnnamed('b');
  await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
  const { choices } = await brain.tracker.ask(asker, { command: 'locate', id: film.id, linkSeconds: 600 });
  const ticket = `anybody may have ${film.id.slice(0, 4)} of a for 600 s`;
  expect(choices).toMatchObject([{ owners: [{ user: 'alice', ticket }], partial: [] }]);
});

it('what sessions say at most debug lines tell', async () => {
  const { brain } = await scene();
  const { caller } = await brain.joinUnnamed('b');
  const before = brain.logged.length;
  await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
  await brain.tracker.ask(caller, { command: 'watch', ids: [film.id] });
  expect(brain.logged.slice(before).map(({ level }) => level)).toEqual(['debug', 'debug']);
});

describe('the memory of what is passed on', () => {
  const noWatches = { partChanged: () => {} };
  const sessionsOf = (count: number): Session[] => {
    const sessions = new Sessions(1, count);
    return Array.from({ length: count }, (_, at) =>
      sessions.add({
        user: undefined,
        fingerprint: key('b'),
        instance: instanceId(at.toString(16).padStart(32, '0')),
        since: 0,
        address: '10.0.0.1',
      }),
    );
  };

  it('has an end, past which a session is refused and keeps what it said', () => {
    const partials = createPartials({ watches: noWatches, random: seededRandom(1), log: silentLog });
    const ids = Array.from({ length: 1000 }, (_, at) => numbered(at));
    const [last, first, ...others] = sessionsOf(maxPartials / 1000 + 1);
    if (last === undefined || first === undefined) throw new Error('no sessions');
    for (const session of [first, ...others]) partials.set(session, ids);
    expect(partials.size).toBe(maxPartials);
    expect(() => partials.set(last, ids.slice(0, 1))).toThrow(String(maxPartials));
    partials.set(first, ids.slice(1));
    partials.set(last, ids.slice(0, 1));
    expect(() => partials.set(last, ids.slice(0, 2))).toThrow(String(maxPartials));
    expect(partials.size).toBe(maxPartials);
  });

  it('is empty once all sessions have ended', () => {
    const partials = createPartials({ watches: noWatches, random: seededRandom(1), log: silentLog });
    const sessions = sessionsOf(20);
    for (const [at, session] of sessions.entries()) partials.set(session, [numbered(at % 3), numbered(at)]);
    for (const session of sessions) partials.remove(session);
    expect(partials.size).toBe(0);
  });
});

it('a partial owner whose dialling back is under way is named when it is done', async () => {
  const { brain, asker } = await scene();
  let found = (_: { reachable: boolean }): void => {};
  brain.reach = () => new Promise((resolve) => (found = resolve));
  const joining = brain.joinUnnamed('b', { remote: '10.0.0.2' });
  await brain.clock.wind(3000);
  const { caller } = await joining;
  await brain.tracker.ask(caller, { command: 'partial', ids: [film.id] });
  expect(await brain.partial(asker, film.id)).toEqual([]);
  found({ reachable: true });
  await settle();
  expect(await brain.partial(asker, film.id)).toEqual(['10.0.0.2:4000']);
});
