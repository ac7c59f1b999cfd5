import { describe, expect, test } from 'vitest';
import type { Log } from '../../../../src/base/log.ts';
import { KiB, MiB } from '../../../../src/base/sizes.ts';
import type { PeerProblemCode } from '../../../../src/net/wire/peer.ts';
import type { FakePeer, Knobs } from '../../../support/fakePeer.ts';
import { contentOf, drive, ownersOf, type Scene, scene } from '../scene.ts';
import { type Filling, filling, startFilling } from './filling.ts';
import { memoryTarget } from './memoryTarget.ts';

const content = contentOf(8 * MiB + 17);
const count = 9;
const pieces = Array.from({ length: count }, (_, piece) => piece);

/** Turns one bit in each of these pieces. */
const flipIn =
  (...wrong: readonly number[]): NonNullable<Knobs['lie']> =>
  (bytes, offset) => {
    for (const piece of wrong) {
      const at = piece * MiB - offset;
      if (at >= 0 && at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ 1;
    }
  };

async function expectWhole(s: Scene, { target }: Pick<Filling, 'target'>): Promise<void> {
  // The last goodbyes are on their way, and take as long as all else.
  await s.clock.wind(5);
  expect(Buffer.from(target.bytes).equals(content.bytes)).toBe(true);
  expect(target.sinks.size).toBe(0);
  expect(s.clock.waiting).toBe(0);
}

/** A log, and what it was told. */
function listening(): { log: Log; told: string[] } {
  const told: string[] = [];
  const tell = (level: string) => (_: object, message: string) => void told.push(`${level} ${message}`);
  return { log: { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') }, told };
}

/** Requests for pieces. */
const asked = (peer: FakePeer): string[] => peer.requests.filter((request) => request.includes('/bytes'));
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

describe('a crowd', () => {
  test('of one owner gives every piece once, over one connection', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const done = await filling(s, content, [bob]);
    await expectWhole(s, done);
    expect(sorted(done.target.given)).toEqual(pieces);
    expect([bob.connections, bob.open]).toEqual([1, 0]);
  });

  test('of three owners has each give some, and no piece comes twice', async () => {
    await using s = await scene(1);
    const peers = [await s.peer('Bob', [content]), await s.peer('Sally', [content]), await s.peer('Carol', [content])];
    const done = await filling(s, content, peers);
    await expectWhole(s, done);
    expect(sorted(done.target.given)).toEqual(pieces);
    expect([...done.from.keys()].sort()).toEqual(['Bob', 'Carol', 'Sally']);
    expect(peers.map(({ open }) => open)).toEqual([0, 0, 0]);
  });

  test('asks nobody for what is here', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const target = memoryTarget(content);
    target.add(...pieces);
    await filling(s, content, [bob], { fill: target });
    expect(bob.connections).toBe(0);
  });

  test('asks for no piece that has come from elsewhere meanwhile', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { chunkMs: 100 });
    const target = memoryTarget(content);
    const started = startFilling(s, content, [bob], { fill: target });
    await s.clock.wind(20);
    target.add(4, 5, 6, 7, 8);
    await drive(s.clock, started.done);
    await expectWhole(s, started);
    expect(bob.sent).toBeLessThan(6 * MiB);
  });

  test('is never larger than the request allows, the one that the user chose in it', async () => {
    await using s = await scene(1);
    const peers = await Promise.all(['Bob', 'Sally', 'Carol', 'Dave'].map((user) => s.peer(user, [content])));
    const done = await filling(s, content, peers, { maxOwners: 2 });
    await expectWhole(s, done);
    expect(peers.map(({ connections }) => connections > 0)).toEqual([true, true, false, false]);
  });

  test('takes another in when one of the most that it may have fails', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { stopAfter: 1.5 * MiB });
    const sally = await s.peer('Sally', [content]);
    const done = await filling(s, content, [bob, sally], { maxOwners: 1 });
    await expectWhole(s, done);
    expect(done.from.get('Bob')).toBe(MiB);
    expect(sally.sent).toBe(content.size - MiB);
  });
});

describe('an owner that', () => {
  test('vanishes with pieces on their way loses those, keeps what came whole, and is reported', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { chunkBytes: 128 * KiB });
    const sally = await s.peer('Sally', [content], { chunkMs: 50 });
    bob.knobs.beforeChunk = (sent) => {
      if (sent >= 1.5 * MiB) s.network.kill(bob.owner.address);
    };
    const done = await filling(s, content, [bob, sally]);
    await expectWhole(s, done);
    expect(done.from.get('Bob')).toBe(MiB);
    expect(sorted(done.target.given)).toEqual(pieces);
    expect(s.reports).toEqual([bob.owner]);
  });

  test.each<PeerProblemCode>(['ticket-missing', 'ticket-refused', 'not-found', 'changed', 'fault'])(
    'says %s leaves the others alone, and is not reported',
    async (problem) => {
      await using s = await scene(1);
      const bob = await s.peer('Bob', [content], { problem });
      const sally = await s.peer('Sally', [content]);
      const done = await filling(s, content, [bob, sally]);
      await expectWhole(s, done);
      expect([...done.from]).toEqual([['Sally', content.size]]);
      expect([bob.requests.length, sally.connections, s.reports]).toEqual([1, 1, []]);
    },
  );

  test('is not there leaves the others alone, and is reported', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content]);
    const sally = await s.peer('Sally', [content]);
    await bob[Symbol.asyncDispose]();
    const { log, told } = listening();
    await expectWhole(s, await filling(s, content, [bob, sally], { ports: { log } }));
    expect(s.reports).toEqual([bob.owner]);
    expect(told).toEqual(['warn an owner failed']);
  });

  test('failed is tried again once it has rested, since the others deliver', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { chunkBytes: 64 * KiB, chunkMs: 50 });
    const sally = await s.peer('Sally', [content]);
    sally.knobs.beforeChunk = () => {
      if (sally.connections === 1) s.network.sever(sally.owner.address);
    };
    const done = await filling(s, content, [bob, sally]);
    await expectWhole(s, done);
    expect(sally.connections).toBeGreaterThan(1);
    expect(done.from.get('Sally')).toBeGreaterThan(0);
  });

  test('sends one wrong bit is asked for the other pieces, and another for that one', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { lie: flipIn(0, 1, 2, 3, 4, 5, 6, 7, 8) });
    const sally = await s.peer('Sally', [content], { chunkMs: 20 });
    bob.knobs.beforeChunk = (sent) => {
      if (sent >= MiB) bob.knobs.lie = undefined;
    };
    const done = await filling(s, content, [bob, sally]);
    await expectWhole(s, done);
    expect(done.target.given).toHaveLength(count + 1);
    expect(done.from.get('Bob')).toBeGreaterThan(MiB);
  });

  test('sends three bad pieces is asked nothing more, and its good ones are kept', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { lie: flipIn(1, 2, 3, 4, 5, 6, 7) });
    const sally = await s.peer('Sally', [content], { chunkMs: 100 });
    const started = startFilling(s, content, [bob, sally]);
    for (let step = 0; step < 100 && (bob.connections === 0 || bob.open > 0); step++) await s.clock.wind(10);
    expect(started.target.whole).toBe(false);
    const before = bob.requests.length;
    await drive(s.clock, started.done);
    await expectWhole(s, started);
    expect(bob.requests).toHaveLength(before);
    expect(started.target.given.length).toBeGreaterThanOrEqual(count + 3);
    expect(s.reports).toEqual([]);
  });

  test.each<[string, Knobs]>([
    ['another length', { longer: 5 }],
    ['another range', { headers: { 'content-range': `bytes 1-2/${content.size}` } }],
    ['no range', { headers: { 'content-range': '' } }],
    ['another content', { headers: { etag: `"${'0'.repeat(64)}"` } }],
    ['pieces that it was not asked for', { choose: () => ({ first: 0, count: 3 }) }],
  ])('answers with %s is asked nothing more, wherever it turns up', async (_, knobs) => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], knobs);
    const sally = await s.peer('Sally', [content], { chunkMs: 500 });
    const done = await filling(s, content, [bob, sally]);
    await expectWhole(s, done);
    expect(asked(bob)).toHaveLength(1);
    expect(done.from.get('Bob')).toBeUndefined();
  });

  test('is the only one and stops in the middle again and again is asked again as long as pieces come', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { chunkBytes: MiB / 2 });
    let next = 1.5 * MiB;
    bob.knobs.beforeChunk = (sent) => {
      if (sent < next) return;
      next = sent + 1.5 * MiB;
      s.network.sever(bob.owner.address);
    };
    await expectWhole(s, await filling(s, content, [bob]));
    expect(bob.connections).toBeGreaterThan(3);
  });
});

describe('with others there, an owner that', () => {
  const fair: Knobs = { chunkBytes: 64 * KiB, chunkMs: 20 };

  test.each<[string, number, (bob: FakePeer, s: Scene) => void]>([
    ['never answers', 0, ({ knobs }) => Object.assign(knobs, { mute: true })],
    ['falls silent in the middle', 300, ({ owner }, s) => s.network.cut(owner.address)],
    ['trickles', 0, ({ knobs }) => Object.assign(knobs, { chunkBytes: 20 })],
    ['begins to trickle in the middle', 300, ({ knobs }) => Object.assign(knobs, { chunkBytes: 20 })],
  ])('%s is left behind within seconds', async (_, afterMs, hamper) => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { ...fair });
    const sally = await s.peer('Sally', [content], { ...fair });
    s.clock.after(afterMs, () => hamper(bob, s));
    await s.clock.wind(0);
    const done = await filling(s, content, [bob, sally]);
    await expectWhole(s, done);
    // Sally alone takes 2.6 s.
    expect(s.clock.now()).toBeLessThan(12_000);
  });

  test('comes second at the end is broken off, and the piece counts once', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { chunkBytes: 64 * KiB, chunkMs: 200 });
    const sally = await s.peer('Sally', [content], { ...fair });
    const done = await filling(s, content, [bob, sally]);
    await expectWhole(s, done);
    expect([...done.from.values()].reduce((sum, bytes) => sum + bytes)).toBe(content.size);
    expect(s.reports).toEqual([]);
  });
});

describe('a partial owner', () => {
  test('gives what it has, and what comes to it as it comes', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { has: new Set([0, 1]) });
    const started = startFilling(s, content, [bob]);
    await s.clock.wind(200);
    expect(started.target.runs()).toEqual([{ first: 0, count: 2 }]);
    bob.give(5);
    await s.clock.wind(200);
    expect(started.target.has(5)).toBe(true);
    bob.give(...pieces);
    await drive(s.clock, started.done);
    await expectWhole(s, started);
    expect(bob.open).toBe(0);
  });

  test('without a user is named by where it is', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { has: new Set(pieces) });
    const done = await filling(s, content, [bob]);
    expect([...done.from.keys()]).toEqual([`${bob.owner.address}:${bob.owner.port}`]);
  });

  test('that says it has what it has not is believed no more on those, and asked for the others', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { has: new Set([6, 7]), boasts: true });
    const sally = await s.peer('Sally', [content], { chunkMs: 200 });
    const done = await filling(s, content, [bob, sally]);
    await expectWhole(s, done);
    const refused = asked(bob).filter((request, at, all) => all.indexOf(request) !== at);
    expect(refused).toEqual([]);
    expect(s.reports).toEqual([]);
  });

  test.each([
    ['is no line of that protocol', 'hello\n'],
    ['names a piece that there is not', '{"have":"0-9"}\n'],
    ['has no end', `{"have":"${'1'.repeat(2 ** 20)}`],
    ['is not text', '{"have":"\u{d800}"}\n'],
  ])('whose word %s is asked nothing', async (_, have) => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { has: new Set(pieces), have });
    const sally = await s.peer('Sally', [content]);
    const done = await filling(s, content, [bob, sally]);
    await expectWhole(s, done);
    expect([...done.from.keys()]).toEqual(['Sally']);
  });

  test('to whom nothing comes is kept as long as it shows that it lives', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { has: new Set() });
    const sally = await s.peer('Sally', [content], { chunkBytes: 32 * KiB, chunkMs: 600 });
    await expectWhole(s, await filling(s, content, [bob, sally]));
    expect(s.clock.now()).toBeGreaterThan(120_000);
    expect([bob.connections, s.reports]).toEqual([1, []]);
  });

  test('that falls silent is let go of after half a minute, and reported', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { has: new Set(), noKeepAlive: true });
    const sally = await s.peer('Sally', [content], { chunkBytes: 64 * KiB, chunkMs: 300 });
    const started = startFilling(s, content, [bob, sally]);
    await s.clock.wind(29_000);
    expect(s.reports).toEqual([]);
    await s.clock.wind(2000);
    expect(s.reports).toHaveLength(1);
    await drive(s.clock, started.done);
    await expectWhole(s, started);
  });

  test('that goes away in the middle harms nobody, is reported, and is no reason for a warning', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { has: new Set(pieces), chunkMs: 10 });
    const sally = await s.peer('Sally', [content], { chunkMs: 100 });
    const { log, told } = listening();
    const started = startFilling(s, content, [bob, sally], { ports: { log } });
    await s.clock.wind(150);
    s.network.kill(bob.owner.address);
    await drive(s.clock, started.done);
    await expectWhole(s, started);
    expect(sally.connections).toBeLessThan(3);
    expect(new Set(s.reports.map(({ address }) => address))).toEqual(new Set([bob.owner.address]));
    expect([...new Set(told)]).toEqual(['debug an owner failed']);
  });
});

describe('when only a part can be had', () => {
  test('it is given up after a minute in which nothing came, and says what is kept', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { has: new Set([0, 1]) });
    const failed = filling(s, content, [bob]);
    await expect(failed).rejects.toMatchObject({
      code: 'unfinished',
      message: expect.stringMatching(
        /those who have a part of it lack the rest\)\. 2\.1 MB of 8\.39 MB are kept: a new try/,
      ),
    });
    expect(s.clock.now()).toBeGreaterThan(60_000);
    expect(s.clock.now()).toBeLessThan(63_000);
    await s.clock.wind(5);
    expect([s.clock.waiting, bob.open]).toEqual([0, 0]);
  });

  test('an owner of all that comes back is asked for the rest', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { has: new Set([0, 1]) });
    const sally = await s.peer('Sally', [content], { problem: 'fault' });
    const started = startFilling(s, content, [bob, sally]);
    await s.clock.wind(30_000);
    expect(started.target.whole).toBe(false);
    sally.knobs.problem = undefined;
    await drive(s.clock, started.done);
    await expectWhole(s, started);
    expect(s.clock.now()).toBeLessThan(42_000);
  });
});

describe('owners found anew', () => {
  const slow: Knobs = { chunkBytes: 64 * KiB, chunkMs: 400 };

  test('after a notice join within two seconds', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], slow);
    const sally = await s.peer('Sally', [content]);
    let tell = (): void => {};
    let watching = 0;
    const started = startFilling(s, content, [bob], {
      moreOwners: async () => ownersOf([bob, sally]),
      watchOwners: (changed) => {
        tell = changed;
        watching++;
        return { [Symbol.dispose]: () => void watching-- };
      },
    });
    await s.clock.wind(3000);
    expect([sally.connections, watching]).toEqual([0, 1]);
    tell();
    await s.clock.wind(1100);
    expect(sally.connections).toBeGreaterThan(0);
    await drive(s.clock, started.done);
    await expectWhole(s, started);
    expect(watching).toBe(0);
  });

  test('without a notice join after ten seconds', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], slow);
    const sally = await s.peer('Sally', [content]);
    const started = startFilling(s, content, [bob], { moreOwners: async () => ownersOf([bob, sally]) });
    await s.clock.wind(9900);
    expect(sally.connections).toBe(0);
    await s.clock.wind(200);
    expect(sally.connections).toBeGreaterThan(0);
    await drive(s.clock, started.done);
    await expectWhole(s, started);
  });

  test('are looked for at once when all but one have left', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], slow);
    const sally = await s.peer('Sally', [content], { problem: 'not-found' });
    const carol = await s.peer('Carol', [content]);
    const started = startFilling(s, content, [bob, sally], { moreOwners: async () => ownersOf([bob, sally, carol]) });
    await s.clock.wind(100);
    expect(carol.connections).toBeGreaterThan(0);
    await drive(s.clock, started.done);
    await expectWhole(s, started);
  });

  test('end a wait for those who failed', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { problem: 'busy', retryAfter: 25 });
    const sally = await s.peer('Sally', [content]);
    let tell = (): void => {};
    const started = startFilling(s, content, [bob], {
      moreOwners: async () => ownersOf([bob, sally]),
      watchOwners: (changed) => {
        tell = changed;
        return { [Symbol.dispose]() {} };
      },
    });
    await s.clock.wind(500);
    tell();
    await s.clock.wind(1600);
    expect(started.from.get('Sally')).toBe(content.size);
    await started.done;
  });

  test('end a rest of all who are known', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content]);
    const sally = await s.peer('Sally', [content]);
    await bob[Symbol.asyncDispose]();
    let named = [bob];
    let tell = (): void => {};
    const started = startFilling(s, content, [bob], {
      moreOwners: async () => ownersOf(named),
      watchOwners: (changed) => {
        tell = changed;
        return { [Symbol.dispose]() {} };
      },
    });
    // Bob was tried after 0, 1 and 4 s, each ±25%, and would be after some 12 s.
    await s.clock.wind(5500);
    expect(s.reports).toHaveLength(3);
    named = [bob, sally];
    tell();
    await s.clock.wind(1200);
    expect(started.from.get('Sally')).toBe(content.size);
    await started.done;
    await expectWhole(s, started);
  });

  test('bring fresh tickets, which the next requests carry', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { chunkBytes: 64 * KiB, chunkMs: 100, ticket: 'ticket' });
    const fresh = { ...bob.owner, ticket: 'fresh' };
    const started = startFilling(s, content, [bob], { moreOwners: async () => ({ whole: [fresh], partial: [] }) });
    await s.clock.wind(10_050);
    bob.knobs.ticket = 'fresh';
    await drive(s.clock, started.done);
    await expectWhole(s, started);
    expect(bob.connections).toBe(1);
  });

  test('give one whose ticket ran out another chance, while the others go on', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], slow);
    const sally = await s.peer('Sally', [content], { ticket: 'fresh' });
    const fresh = { ...sally.owner, ticket: 'fresh' };
    const started = startFilling(s, content, [bob, sally], {
      moreOwners: async () => ({ whole: [bob.owner, fresh], partial: [] }),
    });
    await drive(s.clock, started.done);
    await expectWhole(s, started);
    expect(sally.requests.length).toBeGreaterThan(1);
    expect(started.from.get('Sally')).toBeGreaterThan(0);
  });

  test('are not needed: a roll that is away changes nothing, and is told of once', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], slow);
    const { log, told } = listening();
    const moreOwners = (): Promise<never> => Promise.reject(new Error('the tracker is away'));
    const done = await filling(s, content, [bob], { moreOwners, ports: { log } });
    await expectWhole(s, done);
    expect(s.clock.now()).toBeGreaterThan(30_000);
    expect(told).toEqual(['debug the roll could not name owners']);
  });
});

describe('a busy owner', () => {
  test('that is the only one is waited for, and the place in its line is told', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { problem: 'busy', retryAfter: 2, place: 3 });
    s.clock.after(5000, () => {
      bob.knobs.place = 1;
    });
    s.clock.after(10_000, () => {
      bob.knobs.problem = undefined;
    });
    const places: [string, number][] = [];
    const done = await filling(s, content, [bob], { onWaiting: (...waiting) => void places.push(waiting) });
    await expectWhole(s, done);
    expect(places.slice(0, 2)).toEqual([
      ['Bob', 3],
      ['Bob', 3],
    ]);
    expect(places.at(-1)).toEqual(['Bob', 1]);
    expect(bob.connections).toBe(1);
    expect(s.clock.now()).toBeLessThan(14_000);
  });

  test('among others is waited for while they deliver, and nobody is told', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { problem: 'busy', retryAfter: 1, place: 2 });
    const sally = await s.peer('Sally', [content], { chunkMs: 200 });
    const places: number[] = [];
    const done = await filling(s, content, [bob, sally], { onWaiting: (_, place) => void places.push(place) });
    await expectWhole(s, done);
    expect(done.from.get('Sally')).toBe(content.size);
    expect([places, s.reports]).toEqual([[], []]);
  });

  test('is not waited for while somebody else does nothing', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { problem: 'busy', retryAfter: 20, place: 2 });
    const sally = await s.peer('Sally', [content]);
    await expectWhole(s, await filling(s, content, [bob, sally], { maxOwners: 1 }));
    expect(s.clock.now()).toBeLessThan(2000);
  });

  test('that sends us away in the end is asked again, although those who have a part have nothing for us', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { has: new Set() });
    const sally = await s.peer('Sally', [content], { problem: 'busy', retryAfter: 5 });
    s.clock.after(90_000, () => Object.assign(sally.knobs, { problem: 'fault' }));
    s.clock.after(99_000, () => Object.assign(sally.knobs, { problem: undefined }));
    const done = await filling(s, content, [bob, sally]);
    await expectWhole(s, done);
    expect(done.from.get('Sally')).toBe(content.size);
    expect(s.clock.now()).toBeGreaterThan(95_000);
  });

  test('is given up after five minutes', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { problem: 'busy', retryAfter: 10, place: 2 });
    await expect(filling(s, content, [bob])).rejects.toMatchObject({ code: 'unreachable' });
    expect(s.clock.now()).toBeGreaterThanOrEqual(300_000);
    expect(s.clock.now()).toBeLessThan(320_000);
  });
});

describe('the limit on what comes in', () => {
  test('is asked for every byte, and nobody is blamed for the time that it takes', async () => {
    await using s = await scene(1);
    const peers = [await s.peer('Bob', [content]), await s.peer('Sally', [content])];
    let taken = 0;
    let next = 0;
    const limit = {
      bounded: true,
      take(bytes: number): Promise<void> {
        taken += bytes;
        next = Math.max(next, s.clock.now()) + bytes / 50;
        return new Promise((resolve) => void s.clock.after(next - s.clock.now(), resolve));
      },
    };
    const done = await filling(s, content, peers, { ports: { limit } });
    await expectWhole(s, done);
    expect(taken).toBeGreaterThanOrEqual(content.size);
    expect(s.clock.now()).toBeGreaterThan(content.size / 50);
    expect(s.reports).toEqual([]);
    expect(peers.map(({ connections }) => connections)).toEqual([1, 1]);
  });
});

describe('a fill that', () => {
  test('the disk fails ends with what the disk said, and lets go of everybody', async () => {
    await using s = await scene(1);
    const peers = [await s.peer('Bob', [content], { chunkMs: 50 }), await s.peer('Sally', [content], { chunkMs: 50 })];
    const target = memoryTarget(content);
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    target.beforeWrite = () => {
      if (target.given.length > 2) throw full;
    };
    await expect(filling(s, content, peers, { fill: target })).rejects.toBe(full);
    await s.clock.wind(5);
    expect(peers.map(({ open }) => open)).toEqual([0, 0]);
    expect([s.clock.waiting, target.sinks.size]).toEqual([0, 0]);
  });

  test('is stopped ends with the reason, after what had come is written', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content], { chunkMs: 50 });
    const stop = new AbortController();
    const why = new Error('Ctrl-C');
    const started = startFilling(s, content, [bob], { signal: stop.signal });
    await s.clock.wind(1000);
    stop.abort(why);
    await expect(drive(s.clock, started.done)).rejects.toBe(why);
    await s.clock.wind(5);
    expect(started.target.runs().length).toBeGreaterThan(0);
    expect([s.clock.waiting, started.target.sinks.size, bob.open]).toEqual([0, 0, 0]);
  });

  test('has nobody to ask says so after four rounds', async () => {
    await using s = await scene();
    await expect(filling(s, content, [])).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('nobody is listed with it any more'),
    });
    expect(s.clock.now()).toBeLessThan(16_000);
  });
});

describe('questions', () => {
  test('are put to one owner, one at a time, and its connection serves the pieces too', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', [content]);
    const { Crowd } = await import('../../../../src/client/download/fetch/crowd.ts');
    const { fetchLayer } = await import('../../../../src/client/download/fetch/fetch.ts');
    const crowd = new Crowd(s.request(content, [bob]), s.ports, () => ({ bytes: 0, size: 0 }));
    const layers = Promise.all([1, 2, 3].map(() => crowd.use((source) => fetchLayer(source, content))));
    for (const layer of await drive(s.clock, layers)) expect(Buffer.from(layer).equals(content.layer)).toBe(true);
    const target = memoryTarget(content);
    await drive(
      s.clock,
      crowd.fill(target, () => {}),
    );
    await crowd[Symbol.asyncDispose]();
    await expectWhole(s, { target });
    expect([bob.connections, bob.open]).toEqual([1, 0]);
  });
});
