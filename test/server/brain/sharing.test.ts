import { describe, expect, it } from 'vitest';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Choice } from '../../../src/base/roll.ts';
import { maxLineBytes } from '../../../src/net/wire/lines.ts';
import type { Caller } from '../../../src/server/brain/sessions.ts';
import { maxPageBytes } from '../../../src/server/limits.ts';
import { alice, Brain, bob, carol, failure, resource } from '../support/brain.ts';

const locate = async (brain: Brain, caller: Caller, name: string): Promise<Choice[]> =>
  (await brain.tracker.ask(caller, { command: 'locate', name: resourceName(name) })).choices;

describe('announcing', () => {
  it('lists resources with their owner and address for anybody', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a', { remote: '10.0.0.4' });
    const shared = resource('one', 'the content', { description: 'a file' });
    await brain.announce(caller, shared);
    const { rows } = await brain.tracker.ask(brain.meet('f').caller, { command: 'find' });
    expect(rows).toEqual([{ ...shared, owner: 'alice', address: '10.0.0.4', port: 4000, state: 'alive' }]);
  });

  it('is found by its owner in any spelling that reads alike', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a');
    await brain.announce(caller, resource('one'));
    for (const owner of [userName('alice'), userName('ALICE')]) {
      expect((await brain.tracker.ask(caller, { command: 'find', owner })).rows).toHaveLength(1);
      const { choices } = await brain.tracker.ask(caller, { command: 'locate', name: resourceName('one'), owner });
      expect(choices).toHaveLength(1);
    }
    expect((await brain.tracker.ask(caller, { command: 'find', owner: userName('bob') })).rows).toEqual([]);
  });

  it('needs a name', async () => {
    const brain = new Brain();
    const { code, message } = await failure(brain.announce(brain.meet('a').caller, resource('one')));
    expect(code).toBe('refused');
    expect(message).toContain('register first');
  });

  it('is undone by withdrawing', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a');
    await brain.announce(caller, resource('one'), resource('two'));
    await brain.tracker.ask(caller, { command: 'withdraw', names: [resourceName('one'), resourceName('other')] });
    expect(await brain.find(caller)).toEqual(['two@alice']);
  });

  it('of several requests at once happens in their order', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a');
    await Promise.all([
      brain.announce(caller, resource('one', 'old')),
      brain.tracker.ask(caller, { command: 'withdraw', names: [resourceName('one')] }),
      brain.announce(caller, resource('one', 'new')),
    ]);
    const [choice] = await locate(brain, caller, 'one');
    expect(choice?.id).toBe(resource('one', 'new').id);
  });

  it('is logged with who and what', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a');
    await brain.announce(caller, resource('one'));
    const line = brain.logged.find(({ message }) => message === 'announced');
    expect(line?.fields).toMatchObject({ user: 'alice', names: ['one'], count: 1, listed: true });
  });
});

describe('locating', () => {
  it('gives one choice for identical content, with all its owners and a ticket for each', async () => {
    const brain = new Brain();
    const first = await brain.join(alice, 'a');
    const second = await brain.join(bob, 'b', { port: 4001 });
    await brain.announce(first.caller, resource('one', 'same'));
    await brain.announce(second.caller, resource('one', 'same'));
    const choices = await locate(brain, brain.meet('f').caller, 'one');
    const { id } = resource('one', 'same');
    expect(choices.map((choice) => choice.owners.map(({ user, ticket }) => [user, ticket]))).toEqual([
      [
        ['alice', `f may have ${id.slice(0, 4)} of a`],
        ['bob', `f may have ${id.slice(0, 4)} of b`],
      ],
    ]);
  });

  it('gives different files of one name as separate choices, those of suspects last', async () => {
    const brain = new Brain();
    const first = await brain.join(alice, 'a');
    const second = await brain.join(bob, 'b', { port: 4001 });
    const third = await brain.join(carol, 'c', { port: 4002 });
    await brain.announce(first.caller, resource('one', 'same'));
    await brain.announce(second.caller, resource('one', 'same'));
    await brain.announce(third.caller, resource('one', 'other'));
    await brain.perform({ effect: 'suspect', session: first.connected.session, why: 'silent' });
    const choices = await locate(brain, brain.meet('f').caller, 'one');
    expect(choices).toHaveLength(2);
    const same = choices.find(({ id }) => id === resource('one', 'same').id);
    expect(same?.owners.map(({ user, state }) => [user, state])).toEqual([
      ['bob', 'alive'],
      ['alice', 'suspect'],
    ]);
  });

  it('keeps apart those who state another size for the same content', async () => {
    const brain = new Brain();
    const honest = await brain.join(alice, 'a');
    const liar = await brain.join(bob, 'b', { port: 4001 });
    await brain.announce(honest.caller, resource('one', 'same'));
    await brain.announce(liar.caller, resource('one', 'same', { size: 10 ** 12 }));
    const choices = await locate(brain, brain.meet('f').caller, 'one');
    expect(choices.map(({ size, owners }) => [size, owners.map(({ user }) => user)])).toEqual([
      [4, ['alice']],
      [10 ** 12, ['bob']],
    ]);
  });

  it('of what nobody has is an empty list', async () => {
    const brain = new Brain();
    expect(await locate(brain, brain.meet('f').caller, 'nothing')).toEqual([]);
  });
});

describe('an audience', () => {
  it('is the only one, with the owner, that finds and locates what is shared with it', async () => {
    const brain = new Brain();
    const owner = await brain.join(alice, 'a');
    const friend = await brain.join(bob, 'b', { port: 'none' });
    const other = await brain.join(carol, 'c', { port: 'none' });
    const nobody = brain.meet('f');
    await brain.announce(owner.caller, resource('secret', 'x', { to: [bob] }));
    const seen = await Promise.all(
      [owner, friend, other, nobody].map(async ({ caller }) => [
        await brain.find(caller),
        (await locate(brain, caller, 'secret')).length,
      ]),
    );
    expect(seen).toEqual([
      [['secret@alice'], 1],
      [['secret@alice'], 1],
      [[], 0],
      [[], 0],
    ]);
  });

  it('is not reached by a key that only claims the name', async () => {
    const brain = new Brain();
    const owner = await brain.join(alice, 'a');
    await brain.join(bob, 'b', { port: 'none' });
    await brain.announce(owner.caller, resource('secret', 'x', { to: [bob] }));
    const thief = brain.meet('f');
    expect((await failure(brain.join(bob, 'f', { on: thief }))).code).toBe('name-taken');
    expect(await brain.find(thief.caller)).toEqual([]);
  });
});

describe('an address', () => {
  it.each([
    ['of a peer on loopback is the address that the asker reached the tracker at', '127.0.0.1', '192.168.1.1'],
    ['of a peer on IPv6 loopback too', '::1', '192.168.1.1'],
  ])('%s', async (_, remote, local) => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a', { remote, local: '127.0.0.1' });
    await brain.announce(caller, resource('one'));
    const asker = brain.meet('f', '192.168.1.7', local).caller;
    const { rows } = await brain.tracker.ask(asker, { command: 'find' });
    const { rows: users } = await brain.tracker.ask(asker, { command: 'users' });
    const [choice] = await locate(brain, asker, 'one');
    expect([rows[0]?.address, users[0]?.address, choice?.owners[0]?.address]).toEqual([local, local, local]);
  });

  it('of a peer on loopback stays as it is for an asker on loopback', async () => {
    const brain = new Brain();
    await brain.join(alice, 'a', { remote: '127.0.0.5' });
    const asker = brain.meet('f', '127.0.0.1', '127.0.0.1').caller;
    const { rows } = await brain.tracker.ask(asker, { command: 'users' });
    expect(rows[0]?.address).toBe('127.0.0.5');
  });

  it('of a peer elsewhere is the one that the tracker sees', async () => {
    const brain = new Brain();
    await brain.join(alice, 'a', { remote: '10.0.0.4' });
    const { rows } = await brain.tracker.ask(brain.meet('f').caller, { command: 'users' });
    expect(rows[0]?.address).toBe('10.0.0.4');
  });
});

describe('a page', () => {
  const names = Array.from({ length: 250 }, (_, index) => `file ${String(index).padStart(4, '0')}`);

  async function walk(brain: Brain, caller: Caller, limit?: number): Promise<{ pages: number[]; names: string[] }> {
    const seen: string[] = [];
    const pages: number[] = [];
    for (let cursor: string | undefined, more = true; more && pages.length < 1000; ) {
      const { rows, next } = await brain.tracker.ask(caller, { command: 'find', limit, cursor });
      expect(Buffer.byteLength(JSON.stringify(rows))).toBeLessThanOrEqual(maxPageBytes);
      seen.push(...rows.map(({ name }) => name));
      pages.push(rows.length);
      cursor = next;
      more = next !== undefined;
    }
    return { pages, names: seen };
  }

  it('has 100 rows unless another number is asked for, and all pages together have every row once', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a');
    await brain.announce(caller, ...names.map((name) => resource(name)));
    expect(await walk(brain, caller)).toEqual({ pages: [100, 100, 50], names });
    expect((await walk(brain, caller, 7)).names).toEqual(names);
  });

  it('is cut where its line would be too long, and loses nothing', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a');
    const description = '\u0001'.repeat(1000);
    await brain.announce(caller, ...names.map((name) => resource(name, name, { description })));
    const walked = await walk(brain, caller, 200);
    expect(walked.names).toEqual(names);
    expect(Math.max(...walked.pages)).toBeLessThan(50);
  });

  it('of owners is cut in the same way, and loses none', async () => {
    const brain = new Brain();
    const name = resourceName('n'.repeat(255));
    const shared = resource(name, 'same', { description: '\u0001'.repeat(1000) });
    const owners = Array.from({ length: 100 }, (_, index) => `u${String(index).padStart(3, '0')}`);
    for (const [index, user] of owners.entries()) {
      const peer = await brain.join(userName(user), 'a', { instance: (16 + index).toString(16), port: 4000 + index });
      await brain.announce(peer.caller, shared);
    }
    const asker = brain.meet('f').caller;
    const seen: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined, more = true; more && pages < 1000; pages++) {
      const page = await brain.tracker.ask(asker, { command: 'locate', name, cursor });
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(maxLineBytes);
      seen.push(...page.choices.flatMap((choice) => choice.owners.map(({ user }) => user)));
      cursor = page.next;
      more = page.next !== undefined;
    }
    expect(pages).toBeGreaterThan(1);
    expect(seen).toEqual(owners);
  });
});
