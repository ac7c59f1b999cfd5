import { describe, expect, it } from 'vitest';
import { instanceId } from '../../../src/base/ids.ts';
import { resourceName, userName } from '../../../src/base/names.ts';
import type { Command, CommandName } from '../../../src/server/brain/commands.ts';
import type { Caller } from '../../../src/server/brain/sessions.ts';
import type { Tracker } from '../../../src/server/brain/tracker.ts';
import { audited, evictions } from '../../../src/server/trail/audited.ts';
import type { Operation } from '../../../src/server/trail/trail.ts';
import { alice, Brain, bob, FakeConnection, failure, recordingLog, resource } from '../support/brain.ts';

const instance = instanceId('a'.repeat(32));

/** A brain whose operations are recorded. */
class Scene {
  readonly operations: Operation[] = [];
  readonly #recording = recordingLog();
  readonly brain: Brain;
  readonly tracker: Tracker;

  constructor() {
    const trail = { record: (operation: Operation): void => void this.operations.push(operation) };
    const wall = (): number => this.brain.clock.wall();
    this.brain = new Brain({ evicted: evictions(trail, { wall }) });
    this.tracker = audited(this.brain.tracker, trail, { wall }, this.#recording.log);
  }

  get logged(): ReturnType<typeof recordingLog>['lines'] {
    return this.#recording.lines;
  }

  ask<Name extends CommandName>(caller: Caller, command: Command<Name>, stamp?: string): Promise<unknown> {
    return this.tracker.ask(caller, command, stamp);
  }

  /** What was recorded of the last operation, as far as tests look at it. */
  last(): object {
    const { user, operation, parameters, outcome } = this.operations.at(-1) ?? {};
    return { user, operation, parameters, outcome };
  }

  async join(): Promise<Caller> {
    const { caller } = this.brain.meet('a');
    await this.ask(caller, { command: 'register', user: alice });
    await this.ask(caller, { command: 'connect', user: alice, instance, port: 4000, agent: 'test 1' });
    return caller;
  }
}

describe('an operation', () => {
  it('is recorded with who asked, from where, in which dialect, and when by both clocks', async () => {
    const scene = new Scene();
    const caller = scene.tracker.meet(new FakeConnection(undefined, '10.0.0.7'));
    await scene.ask(caller, { command: 'register', user: bob }, '01/05/2026 14:03:00');
    expect(scene.operations).toEqual([
      {
        received: scene.brain.clock.wall(),
        stamp: '01/05/2026 14:03:00',
        user: bob,
        operation: 'register',
        parameters: {},
        outcome: 'ok',
        address: '10.0.0.7',
        dialect: 'hello',
      },
    ]);
  });

  it('is recorded once it is done, with the time at which it was asked', async () => {
    const scene = new Scene();
    scene.brain.reach = async () => {
      await scene.brain.clock.wind(500);
      return { reachable: true };
    };
    const asked = scene.brain.clock.wall();
    await scene.join();
    const connect = scene.operations.find(({ operation }) => operation === 'connect');
    expect(connect?.received).toBe(asked);
    expect(scene.brain.clock.wall()).toBe(asked + 500);
  });

  it('is recorded with what it was about', async () => {
    const scene = new Scene();
    const caller = await scene.join();
    expect(scene.last()).toEqual({
      user: 'alice',
      operation: 'connect',
      parameters: { port: 4000 },
      outcome: 'ok',
    });
    const shared = resource('a.txt', 'text', { description: 'private' });
    const asked: [Command, object][] = [
      [
        { command: 'announce', resources: [shared] },
        { count: 1, names: ['a.txt'] },
      ],
      [
        { command: 'withdraw', names: [resourceName('a.txt')] },
        { count: 1, names: ['a.txt'] },
      ],
      [
        { command: 'withdraw', names: [resourceName('b.txt')], spellings: ['/home/alice/b.txt'] },
        { count: 1, names: ['/home/alice/b.txt'] },
      ],
      [
        { command: 'find', pattern: 'x', owner: bob },
        { pattern: 'x', owner: 'bob' },
      ],
      [
        { command: 'locate', name: resourceName('a.txt'), owner: bob },
        { name: 'a.txt', owner: 'bob' },
      ],
      [
        { command: 'locate', id: shared.id, linkSeconds: 60 },
        { id: shared.id, linkSeconds: 60 },
      ],
      [{ command: 'users' }, {}],
      [{ command: 'disconnect' }, {}],
    ];
    for (const [command, parameters] of asked) {
      await scene.ask(caller, command);
      expect(scene.last()).toEqual({ user: 'alice', operation: command.command, parameters, outcome: 'ok' });
    }
    expect(JSON.stringify(scene.operations)).not.toContain('private');
  });

  it('is recorded by the name that its owner gives a file', async () => {
    const scene = new Scene();
    const caller = scene.tracker.meet(new FakeConnection(undefined));
    await scene.ask(caller, { command: 'connect', user: bob, instance, port: 4000, dialects: ['fields'], agent: '' });
    expect(scene.last()).toMatchObject({ parameters: { port: 4000, dialects: ['fields'] } });
    const file = { id: null, size: null, kind: 'file', description: '', modified: 0 } as const;
    const resources = [{ ...file, name: resourceName('b.txt'), spelling: '/home/bob/b.txt' }];
    await scene.ask(caller, { command: 'announce', resources });
    expect(scene.last()).toMatchObject({ parameters: { count: 1, names: ['/home/bob/b.txt'] }, outcome: 'ok' });
  });

  it('keeps the first hundred names of a batch, and how many there were', async () => {
    const scene = new Scene();
    const caller = await scene.join();
    const names = Array.from({ length: 101 }, (_, at) => resourceName(`${at}`));
    await scene.ask(caller, { command: 'withdraw', names });
    expect(scene.last()).toMatchObject({ parameters: { count: 101, names: names.slice(0, 100) } });
    await scene.ask(caller, { command: 'withdraw', names: names.slice(0, 100) });
    expect(scene.last()).toMatchObject({ parameters: { count: 100, names: names.slice(0, 100) } });
  });

  it('that failed is recorded with the code of the failure, and fails all the same', async () => {
    const scene = new Scene();
    await scene.join();
    const { caller } = scene.brain.meet('b');
    const { code } = await failure(scene.ask(caller, { command: 'register', user: alice }));
    expect(code).toBe('name-taken');
    expect(scene.last()).toEqual({ user: 'alice', operation: 'register', parameters: {}, outcome: 'name-taken' });
    await failure(scene.ask(caller, { command: 'announce', resources: [resource('a')] }));
    expect(scene.last()).toMatchObject({ user: undefined, operation: 'announce', outcome: 'refused' });
  });

  it('is not what only asks for the next page, a sign of life, or news', async () => {
    const scene = new Scene();
    const caller = await scene.join();
    for (let at = 0; at < 3; at++) await scene.brain.announce(caller, resource(`${at}`));
    const { next } = await scene.tracker.ask(caller, { command: 'find', limit: 1 });
    expect(next).toBeDefined();
    const before = scene.operations.length;
    const { id } = resource('0');
    const asked: Command[] = [
      { command: 'find', limit: 1, cursor: next },
      { command: 'ping' },
      { command: 'subscribe' },
      { command: 'watch', ids: [id] },
      { command: 'partial', ids: [id] },
      { command: 'report', address: '192.168.1.9', port: 4000 },
      { command: 'account', user: userName('alice') },
    ];
    for (const command of asked) await scene.ask(caller, command);
    expect(scene.operations).toHaveLength(before);
  });

  it('is one line of the log, with the stamp', async () => {
    const scene = new Scene();
    const { caller } = scene.brain.meet('a');
    await scene.ask(caller, { command: 'register', user: alice }, '2026-05-01T14:03:00.123+02:00');
    expect(scene.logged).toEqual([
      {
        level: 'debug',
        message: 'operation',
        fields: expect.objectContaining({
          operation: 'register',
          user: 'alice',
          outcome: 'ok',
          stamp: '2026-05-01T14:03:00.123+02:00',
        }),
      },
    ]);
    expect(JSON.stringify(scene.brain.logged)).not.toContain('14:03:00');
  });
});

describe('an eviction', () => {
  it('is recorded with why, for whoever was evicted', async () => {
    const scene = new Scene();
    const { connected } = await scene.brain.join(alice, 'a', { remote: '10.0.0.7' });
    await scene.brain.perform({
      effect: 'evict',
      session: connected.session,
      reason: 'silent',
      why: 'silent for 12 s',
    });
    expect(scene.operations).toEqual([
      expect.objectContaining({
        user: 'alice',
        operation: 'evict',
        parameters: { port: 4000, why: 'silent for 12 s' },
        outcome: 'ok',
        address: '10.0.0.7',
        dialect: 'native',
      }),
    ]);
  });

  it('of a peer without a key is in its dialect, though its connection is lost', async () => {
    const scene = new Scene();
    const caller = scene.tracker.meet(new FakeConnection(undefined));
    const presence = { user: bob, instance, port: 4000, dialects: ['versioned' as const], agent: '' };
    const { session } = await scene.tracker.ask(caller, { command: 'connect', ...presence });
    scene.tracker.closed(caller);
    await scene.brain.perform({ effect: 'evict', session, reason: 'silent', why: 'gone' });
    expect(scene.operations.at(-1)).toMatchObject({ operation: 'evict', user: 'bob', dialect: 'versioned' });
  });
});
