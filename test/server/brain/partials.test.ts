import { describe, expect, it } from 'vitest';
import { contentId, type InstanceId, instanceId } from '../../../src/base/ids.ts';
import { silentLog } from '../../../src/base/log.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import { maxLineBytes } from '../../../src/net/wire/lines.ts';
import type { Look } from '../../../src/server/brain/looks.ts';
import { createPartials } from '../../../src/server/brain/partials.ts';
import type { Caller, Session } from '../../../src/server/brain/sessions.ts';
import {
  dialAgainSoonMs,
  looksPauseMs,
  maxPartials,
  maxPartialsPerAddress,
  maxPartialsPerKey,
} from '../../../src/server/limits.ts';
import { settle } from '../../support/fakeClock.ts';
import { seededRandom } from '../../support/random.ts';
import { alice, Brain, bob, carol, failure, key, resource } from '../support/brain.ts';
import { reachedSessions } from '../support/sessions.ts';

const film = resource('film');
const numbered = (at: number) => contentId(at.toString(16).padStart(64, '0'));

const dora = userName('dora');
const partial = (brain: Brain, caller: Caller, ...ids: (typeof film.id)[]) =>
  brain.tracker.ask(caller, { command: 'partial', ids });

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
    const { brain, owner, asker } = await scene([bob, dora]);
    const friend = await brain.join(bob, 'b', { port: 'none' });
    const other = await brain.join(carol, 'c', { port: 'none' });
    const { caller } = await brain.join(dora, 'd', { remote: '10.0.0.2' });
    await partial(brain, caller, film.id);
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

describe('a content that a session may not see', () => {
  it('has it named to nobody as a partial owner, and answered as for every other content', async () => {
    const { brain } = await scene([bob]);
    const friend = await brain.join(bob, 'b', { port: 'none' });
    const unnamed = await brain.joinUnnamed('e', { remote: '10.0.0.2' });
    const named = await brain.join(carol, 'c', { remote: '10.0.0.3' });
    for (const { caller, connection } of [unnamed, named]) {
      const answers = [await partial(brain, caller, film.id), await partial(brain, caller, film.id, numbered(1))];
      expect(answers).toEqual([{}, {}]);
      expect(connection.told).toEqual([]);
    }
    expect(await brain.partial(friend.caller, film.id)).toEqual([]);
  });

  it('counts against its limits as the others do', async () => {
    const { brain } = await scene([bob]);
    const { caller } = await brain.joinUnnamed('e');
    const others = Array.from({ length: maxPartialsPerKey - 1 }, (_, at) => numbered(at));
    const asked = partial(brain, caller, film.id, ...others);
    await brain.clock.wind(60_000);
    await asked;
    const refusal = await failure(partial(brain, caller, film.id, ...others, numbered(maxPartialsPerKey)));
    expect(refusal).toMatchObject({ code: 'limit', message: expect.stringContaining(String(maxPartialsPerKey)) });
  });

  it.each([
    ['for it', { to: [carol, bob] }],
    ['for everybody', {}],
  ])('has it named from the moment that an owner lists it %s', async (_, audience) => {
    const { brain, owner } = await scene([bob]);
    const friend = await brain.join(bob, 'b', { port: 'none' });
    const { caller } = await brain.join(carol, 'c', { remote: '10.0.0.3' });
    await partial(brain, caller, film.id);
    await brain.announce(owner.caller, { ...film, name: resourceName('again'), to: [dora] });
    expect(await brain.partial(friend.caller, film.id)).toEqual([]);
    await brain.announce(owner.caller, { ...film, ...audience });
    expect(await brain.partial(friend.caller, film.id)).toEqual(['10.0.0.3:4000']);
  });

  it('is seen by all sessions of whoever lists it', async () => {
    const brain = new Brain();
    const friend = await brain.join(bob, 'b', { port: 'none' });
    const second = await brain.join(alice, 'a', { instance: '2', remote: '10.0.0.2' });
    await partial(brain, second.caller, film.id);
    await brain.announce((await brain.join(alice, 'a', { remote: '10.0.0.1' })).caller, { ...film, to: [bob] });
    expect(await brain.partial(friend.caller, film.id)).toEqual(['10.0.0.2:4000']);
  });

  it('since its owner comes later, as after the return of the tracker, is seen when he has come', async () => {
    const brain = new Brain();
    const { caller } = await brain.joinUnnamed('b', { remote: '10.0.0.2' });
    await partial(brain, caller, film.id);
    const owner = await brain.join(alice, 'a');
    expect(await brain.partial(owner.caller, film.id)).toEqual([]);
    await brain.announce(owner.caller, film);
    expect(await brain.partial(owner.caller, film.id)).toEqual(['10.0.0.2:4000']);
  });

  it('is not seen any more because another session of its key has the name, where it has one of its own', async () => {
    const { brain } = await scene([bob]);
    const friend = await brain.join(bob, 'b', { port: 'none' });
    const same = await brain.join(carol, 'd', { remote: '10.0.0.4' });
    await brain.tracker.ask(brain.meet('d').caller, { command: 'register', user: dora });
    await brain.announce((await brain.join(alice, 'a')).caller, { ...film, to: [bob, dora] });
    await partial(brain, same.caller, film.id);
    expect(await brain.partial(friend.caller, film.id)).toEqual([]);
  });
});

it('a partial owner without a name may see what any name of its key may', async () => {
  const { brain } = await scene([bob, dora]);
  const friend = await brain.join(bob, 'b', { port: 'none' });
  for (const user of [carol, dora]) await brain.tracker.ask(brain.meet('d').caller, { command: 'register', user });
  const { caller } = await brain.joinUnnamed('d', { remote: '10.0.0.2' });
  await partial(brain, caller, film.id);
  expect(await brain.partial(friend.caller, film.id)).toEqual(['10.0.0.2:4000']);
});

it('a partial owner that could see the content stays one when its owner shares it with others, or returns', async () => {
  const { brain, owner } = await scene([bob, carol]);
  const friend = await brain.join(bob, 'b', { port: 'none' });
  const { caller } = await brain.join(carol, 'c', { remote: '10.0.0.3' });
  await partial(brain, caller, film.id);
  await brain.announce(owner.caller, { ...film, to: [bob] });
  expect(await brain.partial(friend.caller, film.id)).toEqual(['10.0.0.3:4000']);
  await brain.perform({ effect: 'evict', session: owner.connected.session, reason: 'silent', why: 'silent' });
  await partial(brain, caller, film.id, numbered(1));
  const again = await brain.join(alice, 'a', { remote: '10.0.0.1' });
  await brain.announce(again.caller, { ...film, to: [bob] });
  expect(await brain.partial(friend.caller, film.id)).toEqual(['10.0.0.3:4000']);
  await partial(brain, caller);
  await partial(brain, caller, film.id);
  expect(await brain.partial(friend.caller, film.id)).toEqual([]);
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
    await brain.perform({ effect: 'evict', session: connected.session, reason: 'silent', why: 'silent' });
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
      const said = partial(brain, on.caller, ...ids);
      await brain.clock.wind(looksPauseMs);
      await said;
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

  it('names one machine once however many sessions it has, and everybody else', async () => {
    const { brain, asker } = await scene();
    for (let at = 0; at < 200; at++) {
      const on = brain.meet('d', '10.2.0.1');
      const instance = instanceId(at.toString(16).padStart(32, '0'));
      await brain.tracker.ask(on.caller, { command: 'connect', instance, port: 5000 + at, agent: 'test 1' });
      await partial(brain, on.caller, film.id);
    }
    await crowd(brain, 10, [film.id]);
    for (let asked = 0; asked < 10; asked++) {
      const named = await brain.partial(asker, film.id);
      expect(named.filter((at) => at.startsWith('10.2.0.1:'))).toHaveLength(1);
      expect(named).toHaveLength(11);
    }
  });

  it('names all of a crowd on one machine, where each has a key of its own', async () => {
    const { brain, asker } = await scene();
    const digits = [...'0123456789bcde'];
    for (const [at, digit] of digits.entries()) {
      const { caller } = await brain.joinUnnamed(digit, { port: 5000 + at, remote: '127.0.0.1' });
      await partial(brain, caller, film.id);
    }
    expect(new Set(await brain.partial(asker, film.id)).size).toBe(digits.length);
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
    const { caller } = await brain.join(dora, 'd', { remote: '10.0.1.9' });
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
  const noNames = { namesOf: async () => [] };
  const nothingSeen = async (): Promise<void> => {};
  const parts = { accounts: noNames, look: nothingSeen, watches: noWatches, random: seededRandom(1), log: silentLog };
  /** Five sessions a key, and twenty an address. */
  const spread = (count: number): Session[] =>
    reachedSessions(count, (at) => ({
      key: Math.floor(at / 5)
        .toString(16)
        .padStart(2, '0'),
      address: `10.0.0.${Math.floor(at / 20)}`,
    }));
  const ids = Array.from({ length: 1000 }, (_, at) => numbered(at));

  it('has an end, past which a session is refused and keeps what it said', async () => {
    const partials = createPartials(parts);
    const [last, first, ...others] = spread(maxPartials / 1000 + 1);
    if (last === undefined || first === undefined) throw new Error('no sessions');
    for (const session of [first, ...others]) await partials.set(session, ids);
    expect(partials.size).toBe(maxPartials);
    await expect(partials.set(last, ids.slice(0, 1))).rejects.toThrow(String(maxPartials));
    await partials.set(first, ids.slice(1));
    await partials.set(last, ids.slice(0, 1));
    await expect(partials.set(last, ids.slice(0, 2))).rejects.toThrow(String(maxPartials));
    expect(partials.size).toBe(maxPartials);
  });

  it.each<[string, number, (at: number) => { key: string; address: string }]>([
    ['key', maxPartialsPerKey, (at) => ({ key: 'b', address: `10.0.0.${at}` })],
    ['address', maxPartialsPerAddress, (at) => ({ key: at.toString(16).padStart(2, '0'), address: '10.0.0.1' })],
  ])('has an end for one %s, and its sessions that end make room', async (whose, limit, of) => {
    const partials = createPartials(parts);
    const [last, first, ...others] = reachedSessions(limit / 1000 + 1, of);
    if (last === undefined || first === undefined) throw new Error('no sessions');
    for (const session of [first, ...others]) await partials.set(session, ids);
    await expect(partials.set(last, ids)).rejects.toThrow(`your ${whose} has ${limit}`);
    partials.remove(first);
    await partials.set(last, ids);
    expect(partials.size).toBe(limit);
  });

  it('is empty once all sessions have ended, whether they could see what they said or not', async () => {
    const look: Look = async (wanted, _, seen) => wanted.slice(1).forEach(seen);
    const partials = createPartials({ ...parts, look });
    const sessions = spread(20);
    for (const [at, session] of sessions.entries()) await partials.set(session, [numbered(at % 3), numbered(at + 1)]);
    expect(partials.draw(numbered(3), key('f'), 50)).not.toEqual([]);
    for (const session of sessions) partials.remove(session);
    expect(partials.size).toBe(0);
    for (let at = 0; at < 21; at++) {
      partials.listed(numbered(at), alice, undefined);
      expect(partials.draw(numbered(at), key('f'), 50)).toEqual([]);
    }
  });

  it('keeps nothing of a session that ends while its names or its contents are looked up', async () => {
    let go = (): void => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const look: Look = async (wanted, _, seen) => {
      await held;
      wanted.forEach(seen);
    };
    const namesOf = async (of: string) => {
      if (of === key('a')) await held;
      return [];
    };
    const partials = createPartials({ ...parts, look, accounts: { namesOf } });
    const sessions = reachedSessions(2, (at) => ({ key: 'ab'[at] ?? '', address: '10.0.0.1' }));
    const sets = sessions.map((session) => partials.set(session, [numbered(1)]));
    await settle();
    for (const session of sessions) {
      session.ended = true;
      partials.remove(session);
    }
    go();
    const [first, second] = await Promise.allSettled(sets);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'refused' } });
    expect(second?.status).toBe('fulfilled');
    expect([partials.size, partials.draw(numbered(1), key('f'), 50)]).toEqual([0, []]);
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
