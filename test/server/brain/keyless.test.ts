import { describe, expect, it } from 'vitest';
import { instanceId } from '../../../src/base/ids.ts';
import { resourceName, type UserName } from '../../../src/base/names.ts';
import type { Dialect, UnverifiedResource } from '../../../src/base/roll.ts';
import type { Caller } from '../../../src/server/brain/sessions.ts';
import { settle } from '../../support/fakeClock.ts';
import { alice, Brain, bob, carol, FakeConnection, failure, resource } from '../support/brain.ts';

let instances = 0;

/** Somebody who shows no key, connected as `user`. */
async function keyless(
  brain: Brain,
  user: UserName,
  { remote = '10.0.0.5', port = 5000, dialects = ['hello'] as Dialect[] } = {},
): Promise<{ caller: Caller; connection: FakeConnection }> {
  const connection = new FakeConnection(undefined, remote);
  const caller = brain.tracker.meet(connection);
  instances += 1;
  const instance = instanceId(instances.toString(16).padStart(32, '0'));
  await brain.tracker.ask(caller, { command: 'connect', user, instance, port, dialects, agent: 'test 1' });
  return { caller, connection };
}

const stranger = (brain: Brain): Caller => brain.tracker.meet(new FakeConnection(undefined));

const unverified = (name: string, more: Partial<UnverifiedResource> = {}): UnverifiedResource => ({
  name: resourceName(name),
  id: null,
  size: null,
  kind: 'file',
  description: '',
  modified: 7,
  ...more,
});

const announce = (brain: Brain, caller: Caller, ...resources: UnverifiedResource[]): Promise<unknown> =>
  brain.tracker.ask(caller, { command: 'announce', resources });

describe('a peer without a key', () => {
  it('is listed at once, and nobody dials it back', async () => {
    const brain = new Brain();
    const { caller } = await keyless(brain, bob);
    expect(await brain.users(caller)).toEqual(['bob']);
    expect(brain.dialled).toEqual([]);
  });

  it('is refused a name that is bound to a key, though its holder is away', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a');
    await brain.tracker.ask(caller, { command: 'disconnect' });
    expect((await failure(keyless(brain, alice))).code).toBe('refused');
  });

  it('is refused a name that somebody without a key is here under', async () => {
    const brain = new Brain();
    await keyless(brain, bob);
    expect((await failure(keyless(brain, bob, { remote: '10.0.0.6' }))).code).toBe('name-taken');
  });

  it('is the only one of its name, however many come at once', async () => {
    const brain = new Brain();
    const coming = ['10.0.0.5', '10.0.0.6', '10.0.0.7'].map((remote) => keyless(brain, bob, { remote }));
    const outcomes = await Promise.allSettled(coming);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('loses its name to whoever binds it to a key', async () => {
    const brain = new Brain();
    const old = await keyless(brain, bob);
    const { caller } = await brain.join(bob, 'b');
    expect(old.connection.ended?.reason).toContain('belongs to a key');
    expect(await brain.users(caller)).toEqual(['bob']);
  });

  it('shares files without an id, and nothing with one', async () => {
    const brain = new Brain();
    const { caller } = await keyless(brain, bob);
    await announce(brain, caller, unverified('a.txt'));
    const claimed = brain.tracker.ask(caller, { command: 'announce', resources: [resource('b.txt')] });
    expect((await failure(claimed)).code).toBe('usage');
    const { rows } = await brain.tracker.ask(stranger(brain), { command: 'find' });
    expect(rows).toMatchObject([{ name: 'a.txt', id: null, size: null, owner: 'bob', port: 5000 }]);
  });

  it('cannot say that it passes pieces on', async () => {
    const brain = new Brain();
    const { caller } = await keyless(brain, bob);
    const said = brain.tracker.ask(caller, { command: 'partial', ids: [resource('film').id] });
    expect((await failure(said)).code).toBe('refused');
  });

  it('sees nothing that is shared with the name that it says', async () => {
    const brain = new Brain();
    const owner = await brain.join(alice, 'a');
    await brain.announce(owner.caller, resource('secret', 'secret', { to: [bob] }));
    const { caller } = await keyless(brain, bob);
    expect(await brain.find(caller)).toEqual([]);
  });

  it('is not said to have its heartbeats blocked', async () => {
    const brain = new Brain();
    const { caller } = await keyless(brain, bob);
    const session = caller.session?.id;
    if (session === undefined) throw new Error('it has no session');
    brain.tracker.perform([{ effect: 'udp', session, udp: 'blocked', why: 'none came' }]);
    await settle();
    expect((await brain.tracker.ask(caller, { command: 'users' })).rows).toMatchObject([{ udp: 'ok' }]);
  });

  it('is told as evicted when it falls silent', async () => {
    const told: string[] = [];
    const brain = new Brain({ evicted: ({ user }, why) => void told.push(`${user}: ${why}`) });
    const { caller, connection } = await keyless(brain, bob);
    const session = caller.session?.id;
    if (session === undefined) throw new Error('it has no session');
    brain.tracker.perform([{ effect: 'evict', session, reason: 'silent', why: 'silent for 12.0 s' }]);
    await settle();
    expect(told).toEqual(['bob: silent for 12.0 s']);
    expect(connection.dropped).toBe(true);
    expect(await brain.users(stranger(brain))).toEqual([]);
  });
});

describe('a peer with a key', () => {
  it('cannot announce a file without an id', async () => {
    const brain = new Brain();
    const { caller } = await brain.join(alice, 'a');
    expect((await failure(announce(brain, caller, unverified('a.txt')))).code).toBe('usage');
  });

  it('locates each file without an id at its owner, with how and by which words to ask for it', async () => {
    const brain = new Brain();
    const first = await keyless(brain, bob, { dialects: ['fields'] });
    const second = await keyless(brain, carol, { remote: '10.0.0.7', port: 5001 });
    await announce(brain, first.caller, unverified('a.txt', { spelling: '/home/bob/a.txt', description: 'mine' }));
    await announce(brain, second.caller, unverified('a.txt'));
    const asker = await brain.join(alice, 'a');
    await brain.announce(asker.caller, resource('a.txt'));
    const located = await brain.tracker.ask(asker.caller, { command: 'locate', name: resourceName('a.txt') });
    expect(located.choices).toMatchObject([{ id: resource('a.txt').id, owners: [{ user: 'alice' }] }]);
    expect(located.unverified).toMatchObject([
      { id: null, description: 'mine', owners: [{ user: 'bob', dialect: 'fields', spelling: '/home/bob/a.txt' }] },
      { id: null, owners: [{ user: 'carol', address: '10.0.0.7', port: 5001, dialect: 'hello', spelling: 'a.txt' }] },
    ]);
  });
});

describe('whoever asks in a dialect', () => {
  it('is shown only what is at peers that answer it', async () => {
    const brain = new Brain();
    const native = brain.meet('a');
    await brain.tracker.ask(native.caller, { command: 'register', user: alice });
    await brain.tracker.ask(native.caller, {
      command: 'connect',
      user: alice,
      instance: instanceId('a'.repeat(32)),
      port: 4000,
      dialects: ['hello', 'fields'],
      agent: 'test 1',
    });
    await brain.announce(native.caller, resource('both'));
    const plain = await brain.join(carol, 'c');
    await brain.announce(plain.caller, resource('native'));
    const other = await keyless(brain, bob, { dialects: ['versioned'] });
    await announce(brain, other.caller, unverified('versioned'));
    const names = async (dialect: Dialect): Promise<string[]> =>
      (await brain.tracker.ask(stranger(brain), { command: 'find', dialect })).rows.map(({ name }) => name);
    expect(await names('hello')).toEqual(['both']);
    expect(await names('versioned')).toEqual(['versioned']);
    expect(await names('hostname')).toEqual([]);
  });

  it('locates a file with an id as one without, and gets no ticket for it', async () => {
    const brain = new Brain();
    const on = brain.meet('a');
    await brain.tracker.ask(on.caller, { command: 'register', user: alice });
    const presence = { user: alice, instance: instanceId('a'.repeat(32)), port: 4000, agent: 'test 1' };
    await brain.tracker.ask(on.caller, { command: 'connect', ...presence, dialects: ['hello'] });
    await brain.announce(on.caller, resource('film'));
    const asked = { command: 'locate', name: resourceName('film'), dialect: 'hello' } as const;
    const { choices, unverified: found } = await brain.tracker.ask(stranger(brain), asked);
    expect(choices).toEqual([]);
    expect(found?.map(({ owners: [owner] }) => owner)).toMatchObject([
      { user: 'alice', port: 4000, dialect: 'hello', spelling: 'film' },
    ]);
    expect(JSON.stringify(found)).not.toContain('may have');
  });
});

describe('a name without a key', () => {
  const asker = (brain: Brain, remote?: string): Caller => brain.tracker.meet(new FakeConnection(undefined, remote));

  it('is given once, and is known from then on', async () => {
    const brain = new Brain();
    expect(await brain.tracker.ask(asker(brain), { command: 'account', user: bob })).toEqual({});
    await brain.tracker.ask(asker(brain), { command: 'register', user: bob });
    expect(await brain.tracker.ask(asker(brain), { command: 'account', user: bob })).toEqual({ user: bob });
    expect((await failure(brain.tracker.ask(asker(brain), { command: 'register', user: bob }))).code).toBe(
      'name-taken',
    );
  });

  it('is not bound to a key while somebody has it without one', async () => {
    const brain = new Brain();
    await brain.tracker.ask(asker(brain), { command: 'register', user: bob });
    expect((await failure(brain.join(bob, 'b'))).code).toBe('name-taken');
  });

  it('is freed by anybody without a key, but not from elsewhere while its holder is here', async () => {
    const brain = new Brain();
    await brain.tracker.ask(asker(brain), { command: 'register', user: bob });
    await keyless(brain, bob, { remote: '10.0.0.5' });
    const elsewhere = brain.tracker.ask(asker(brain, '10.0.0.6'), { command: 'unregister', user: bob });
    expect((await failure(elsewhere)).code).toBe('refused');
    await brain.tracker.ask(asker(brain, '10.0.0.5'), { command: 'unregister', user: bob });
    expect(await brain.users(asker(brain))).toEqual([]);
    expect(await brain.tracker.ask(asker(brain), { command: 'account', user: bob })).toEqual({});
  });

  it('that is bound to a key is freed by nobody without it', async () => {
    const brain = new Brain();
    await brain.join(alice, 'a');
    expect((await failure(brain.tracker.ask(asker(brain), { command: 'unregister', user: alice }))).code).toBe(
      'refused',
    );
  });
});
