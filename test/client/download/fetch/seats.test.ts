import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KiB, MiB } from '../../../../src/base/sizes.ts';
import type { FakePeer, Knobs } from '../../../support/fakePeer.ts';
import { contentOf, drive, ownersOf, type Scene, scene } from '../scene.ts';
import { type Filling, filling, startFilling } from './filling.ts';

const content = contentOf(4 * MiB + 17);
const count = 5;
const rest = [1, 2, 3, 4];

/** Peers that have the same few pieces. */
const alike = (s: Scene, many: number, has: readonly number[]): Promise<FakePeer[]> =>
  Promise.all(Array.from({ length: many }, (_, at) => s.peer(`Peer ${at}`, [content], { has: new Set(has) })));

/** What the roll names, and a way to tell that there is news of it. */
function roll(named: FakePeer[]) {
  let tell = (): void => {};
  return {
    named,
    options: {
      moreOwners: async () => ownersOf(named),
      watchOwners: (changed: () => void) => {
        tell = changed;
        return { [Symbol.dispose]() {} };
      },
    },
    add(...peers: readonly FakePeer[]) {
      named.push(...peers);
      tell();
    },
  };
}

async function expectWhole(s: Scene, { target }: Filling, peers: readonly FakePeer[]): Promise<void> {
  await s.clock.wind(5);
  expect(Buffer.from(target.bytes).equals(content.bytes)).toBe(true);
  expect([s.clock.waiting, target.sinks.size]).toEqual([0, 0]);
  expect(peers.filter(({ open }) => open > 0)).toEqual([]);
}

describe('where every seat is taken by somebody who has nothing for us', () => {
  test('an owner of all that turns up has a seat within two seconds', async () => {
    await using s = await scene(1);
    const idle = await alike(s, 2, [0]);
    const tracker = roll([...idle]);
    const started = startFilling(s, content, idle, { maxOwners: 2, ...tracker.options });
    await s.clock.wind(3000);
    const sally = await s.peer('Sally', [content]);
    tracker.add(sally);
    await s.clock.wind(2000);
    expect(sally.sent).toBeGreaterThan(0);
    await drive(s.clock, started.done);
    await expectWhole(s, started, [...idle, sally]);
    expect(s.reports).toEqual([]);
  });

  test('an owner of all that failed once is back within seconds', async () => {
    await using s = await scene(1);
    const idle = await alike(s, 2, [0]);
    const sally = await s.peer('Sally', [content], { problem: 'fault' });
    s.clock.after(500, () => Object.assign(sally.knobs, { problem: undefined }));
    const done = await filling(s, content, [...idle, sally], { maxOwners: 2 });
    await expectWhole(s, done, [...idle, sally]);
    expect(s.clock.now()).toBeLessThan(3000);
  });

  test('an owner of all that was away for fifty seconds is still in time', async () => {
    await using s = await scene(1);
    const idle = await alike(s, 3, [0]);
    const sally = await s.peer('Sally', [content], { problem: 'fault' });
    const started = startFilling(s, content, [...idle, sally], { maxOwners: 2 });
    await s.clock.wind(50_000);
    expect(sally.requests.length).toBeLessThan(10);
    sally.knobs.problem = undefined;
    await drive(s.clock, started.done);
    await expectWhole(s, started, [...idle, sally]);
  });

  test('only as many make room as there are owners of all without a seat', async () => {
    await using s = await scene(1);
    const idle = await alike(s, 4, [0]);
    const tracker = roll([...idle]);
    const started = startFilling(s, content, idle, { maxOwners: 4, ...tracker.options });
    await s.clock.wind(3000);
    const sally = await s.peer('Sally', [content], { chunkMs: 500 });
    tracker.add(sally);
    await s.clock.wind(2000);
    expect(idle.filter(({ open }) => open === 0)).toHaveLength(1);
    await drive(s.clock, started.done);
    await expectWhole(s, started, [...idle, sally]);
  });

  test('the only one who has the rest is found among forty who have not', async () => {
    await using s = await scene(1);
    const idle = await alike(s, 40, [0]);
    const useful = await s.peer('Useful', [content], { has: new Set(rest) });
    const done = await filling(s, content, [...idle, useful], { maxOwners: 4 });
    await expectWhole(s, done, [...idle, useful]);
    expect(s.clock.now()).toBeLessThan(45_000);
    expect(s.reports).toEqual([]);
    for (const { connections } of idle) expect(connections).toBeLessThan(3);
  });

  test.each([
    [25, 1],
    [50, 2],
  ])('it is not given up before all %i were heard, %i at a time, and then at once', async (many, seats) => {
    await using s = await scene(1);
    const idle = await alike(s, many, [0]);
    await expect(filling(s, content, idle, { maxOwners: seats })).rejects.toMatchObject({ code: 'unfinished' });
    expect(idle.filter(({ connections }) => connections === 0)).toEqual([]);
    expect(s.clock.now()).toBeGreaterThan(60_000);
    expect(s.clock.now()).toBeLessThan(90_000);
  });

  test('it is given up after five minutes, however many were not heard', async () => {
    await using s = await scene(1);
    const idle = await alike(s, 110, [0]);
    await expect(filling(s, content, idle, { maxOwners: 1 })).rejects.toMatchObject({ code: 'unfinished' });
    expect(s.clock.now()).toBeGreaterThan(300_000);
    expect(s.clock.now()).toBeLessThan(303_000);
  });

  test('one that sat down late has three seconds to be heard', async () => {
    await using s = await scene(1);
    const [bob, carol] = await alike(s, 2, [0]);
    if (bob === undefined || carol === undefined) throw new Error('two were asked for');
    const tracker = roll([bob]);
    const started = startFilling(s, content, [bob], { maxOwners: 1, ...tracker.options });
    await s.clock.wind(59_000);
    tracker.add(carol);
    await s.clock.wind(2500);
    carol.give(...rest);
    await drive(s.clock, started.done);
    await expectWhole(s, started, [bob, carol]);
  });

  test('one that had something for us just now keeps its seat', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { has: new Set([0]) });
    const tracker = roll([bob]);
    const started = startFilling(s, content, [bob], { maxOwners: 1, ...tracker.options });
    await s.clock.wind(100);
    const carol = await s.peer('Carol', [content], { has: new Set([0]) });
    tracker.add(carol);
    for (const piece of rest) {
      await s.clock.wind(2000);
      bob.give(piece);
    }
    await drive(s.clock, started.done);
    await expectWhole(s, started, [bob, carol]);
    expect(carol.connections).toBe(0);
  });

  test('they change no more often than every half minute while somebody delivers', async () => {
    await using s = await scene(1);
    const sally = await s.peer('Sally', [content], { chunkBytes: 32 * KiB, chunkMs: 600 });
    const idle = await alike(s, 10, []);
    const started = startFilling(s, content, [sally, ...idle], { maxOwners: 3 });
    await s.clock.wind(29_000);
    expect(idle.filter(({ connections }) => connections > 0)).toHaveLength(2);
    await drive(s.clock, started.done);
    await expectWhole(s, started, [sally, ...idle]);
    const opened = idle.reduce((sum, { connections }) => sum + connections, 0);
    expect(opened).toBeLessThanOrEqual(2 * (1 + Math.ceil(s.clock.now() / 30_000)));
    expect(sally.connections).toBe(1);
  });
});

test.each([
  ['refuse at once', 6, { problem: 'fault' }],
  ['never answer', 12, { mute: true }],
] as const)('it is given up though owners of all %s again and again', async (_, many, knobs) => {
  await using s = await scene(1);
  const idle = await alike(s, 3, [0]);
  const broken = await Promise.all(
    Array.from({ length: many }, (_, at) => s.peer(`Broken ${at}`, [content], { ...knobs })),
  );
  await expect(filling(s, content, [...idle, ...broken], { maxOwners: 3 })).rejects.toMatchObject({ code: /un/ });
  expect(s.clock.now()).toBeLessThan(360_000);
});

test('whoever has what, all of it is fetched by a few seats where all of it is there', async () => {
  const sets = fc.array(fc.subarray([0, ...rest]), { minLength: 1, maxLength: 12 });
  const lan = fc.record({ sets, seats: fc.integer({ min: 1, max: 3 }) });
  await fc.assert(
    fc.asyncProperty(lan, async ({ sets: some, seats }) => {
      await using s = await scene(1);
      const there = new Set(some.flat());
      const missing = [0, ...rest].filter((piece) => !there.has(piece));
      const peers = await Promise.all(
        [...some, missing].map((has, at) => s.peer(`Peer ${at}`, [content], { has: new Set(has) })),
      );
      await expectWhole(s, await filling(s, content, peers, { maxOwners: seats }), peers);
      expect(s.reports).toEqual([]);
      // Each of those at most is waited for in its turn, for 3 s.
      expect(s.clock.now()).toBeLessThan(3000 * (peers.length + 2) + 30_000);
    }),
    { numRuns: 12, seed: 7 },
  );
});

describe('an owner of all who is busy', () => {
  const busy: Knobs = { problem: 'busy', retryAfter: 2, place: 3 };

  test('is not given up for owners of a part who have no seat', async () => {
    await using s = await scene(1);
    const sally = await s.peer('Sally', [content], { ...busy });
    const idle = await alike(s, 3, [0]);
    const started = startFilling(s, content, [sally, ...idle], { maxOwners: 2 });
    await s.clock.wind(40_000);
    expect([sally.connections, sally.open]).toEqual([1, 1]);
    sally.knobs.problem = undefined;
    await drive(s.clock, started.done);
    await expectWhole(s, started, [sally, ...idle]);
  });

  test('does not keep one who failed from another chance, and is not given up for it', async () => {
    await using s = await scene(1);
    const sally = await s.peer('Sally', [content], { ...busy, retryAfter: 1 });
    const bob = await s.peer('Bob', [content], { problem: 'fault' });
    const done = startFilling(s, content, [sally, bob]);
    await s.clock.wind(40_000);
    expect(bob.requests.length).toBeLessThan(10);
    bob.knobs.problem = undefined;
    await drive(s.clock, done.done);
    await expectWhole(s, done, [sally, bob]);
    expect(sally.connections).toBe(1);
    expect(done.from.get('Bob')).toBe(content.size);
    expect(s.clock.now()).toBeLessThan(55_000);
  });
});

test('while what has come waits for a disk that stands still, nobody is called starved', async () => {
  await using s = await scene(1);
  const bob = await s.peer('Bob', [content], { has: new Set(Array.from({ length: count }, (_, piece) => piece)) });
  const started = startFilling(s, content, [bob]);
  started.target.beforeWrite = () => new Promise((resolve) => void s.clock.after(90_000, resolve));
  await drive(s.clock, started.done);
  await expectWhole(s, started, [bob]);
});
