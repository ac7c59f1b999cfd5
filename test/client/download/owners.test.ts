import { describe, expect, test } from 'vitest';
import { MiB } from '../../../src/base/sizes.ts';
import type { PeerProblemCode } from '../../../src/net/wire/peer.ts';
import { settle } from '../../support/fakeClock.ts';
import type { Knobs } from '../../support/fakePeer.ts';
import { identityOf } from '../../support/identities.ts';
import { contentOf, ownersOf, type Scene, scene } from './scene.ts';

const content = contentOf(5 * MiB + 17);
const small = contentOf(100);

/** Turns one bit of every byte range that touches one of these pieces. */
const flipIn =
  (...pieces: readonly number[]): NonNullable<Knobs['lie']> =>
  (bytes, offset) => {
    for (const piece of pieces) {
      const at = piece * MiB - offset;
      if (at >= 0 && at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ 1;
    }
  };

async function expectWhole(s: Scene, whole: { bytes: Buffer } = content): Promise<void> {
  expect((await s.saved()).equals(whole.bytes)).toBe(true);
  expect(await s.names()).toEqual(['saved.bin']);
}

describe('an owner that', () => {
  test('vanishes in the middle is followed by another, which is asked for what is missing alone', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const sally = await s.peer('Sally', [content]);
    bob.knobs.beforeChunk = (sent) => {
      if (sent >= 2.5 * MiB) s.network.kill(bob.owner.address);
    };
    const done = await s.download(s.request(content, [bob, sally], { maxOwners: 1 }));
    await expectWhole(s);
    expect(sally.sent).toBe(content.size - 2 * MiB);
    expect(done.from).toEqual(['Sally', 'Bob']);
    expect(s.reports).toEqual([bob.owner]);
  });

  test('is not there is reported, and followed by another', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const sally = await s.peer('Sally', [content]);
    await bob[Symbol.asyncDispose]();
    await s.download(s.request(content, [bob, sally]));
    await expectWhole(s);
    expect(s.reports).toEqual([bob.owner]);
  });

  test('has another key than the roll says is asked nothing', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const sally = await s.peer('Sally', [content]);
    bob.owner.fingerprint = (await identityOf('Mallory')).fingerprint;
    await s.download(s.request(content, [bob, sally]));
    await expectWhole(s);
    expect(bob.requests).toEqual([]);
  });

  test.each<PeerProblemCode>([
    'ticket-missing',
    'ticket-refused',
    'not-found',
    'changed',
    'busy',
    'fault',
    'range-not-satisfiable',
  ])('says %s is followed by another and not reported', async (problem) => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { problem });
    const sally = await s.peer('Sally', [content]);
    await s.download(s.request(content, [bob, sally]));
    await expectWhole(s);
    expect(bob.requests).toHaveLength(1);
    expect(s.reports).toEqual([]);
  });

  test('never answers is given up after 15 seconds where it is the only one', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { mute: true });
    const sally = await s.peer('Sally', [content]);
    const started = s.clock.now();
    await s.download(s.request(content, [bob], { moreOwners: async () => ownersOf([sally]) }));
    await expectWhole(s);
    // The roll is asked a second later, ±25%.
    expect(s.clock.now() - started).toBeGreaterThanOrEqual(15_750);
    expect(s.clock.now() - started).toBeLessThan(17_000);
  });

  test('falls silent in the middle is given up within a minute', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const sally = await s.peer('Sally', [content], { chunkMs: 500 });
    bob.knobs.beforeChunk = (sent) => {
      if (sent >= MiB) s.network.cut(bob.owner.address);
    };
    const started = s.clock.now();
    await s.download(s.request(content, [bob, sally]));
    await expectWhole(s);
    expect(s.clock.now() - started).toBeLessThan(61_000);
    expect(s.reports).toEqual([bob.owner]);
  });

  test('trickles is left for another', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { chunkBytes: 1000, chunkMs: 1000 });
    const sally = await s.peer('Sally', [content]);
    const done = await s.download(s.request(content, [bob, sally]));
    await expectWhole(s);
    expect(done.from).toEqual(['Sally']);
    expect(s.clock.now()).toBeLessThan(31_000);
  });

  test('trickles is borne with where it is the only one', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [small], { chunkBytes: 1, chunkMs: 1000 });
    await s.download(s.request(small, [bob]));
    expect((await s.saved()).equals(small.bytes)).toBe(true);
    expect(s.clock.now()).toBeGreaterThan(90_000);
  });

  test('gets one piece wrong is asked for the others, and another owner for that one', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { lie: flipIn(1, 2, 3, 4) });
    bob.knobs.beforeChunk = (sent) => {
      if (sent >= MiB) bob.knobs.lie = undefined;
    };
    const sally = await s.peer('Sally', [content], { chunkMs: 50 });
    const done = await s.download(s.request(content, [bob, sally]));
    await expectWhole(s);
    expect(bob.sent).toBeGreaterThan(3 * MiB);
    expect(sally.sent).toBeGreaterThanOrEqual(MiB);
    expect(done.from).toEqual(['Bob', 'Sally']);
  });

  test('gets a piece wrong once, and is the only one, is asked for that piece again', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { lie: flipIn(3) });
    bob.knobs.beforeChunk = (sent) => {
      if (sent >= 4 * MiB) bob.knobs.lie = undefined;
    };
    await s.download(s.request(content, [bob]));
    await expectWhole(s);
    expect(bob.sent).toBe(content.size + MiB);
  });

  test('gets three pieces wrong is broken off and never asked again', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { lie: flipIn(0, 1, 2, 3, 4, 5) });
    const sally = await s.peer('Sally', [content], { stopAfter: MiB });
    let last = 0;
    bob.knobs.beforeChunk = () => {
      last = s.clock.now();
    };
    const request = s.request(content, [bob, sally]);
    await expect(s.download(request)).rejects.toMatchObject({ code: 'unfinished' });
    expect(s.clock.now()).toBeGreaterThan(9000);
    expect(last).toBeLessThan(500);
    expect(bob.sent).toBeLessThan(content.size);
  });

  test('is the only one and always lies ends in bad-content, with nothing left on the disk', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [small], { lie: (bytes) => void bytes.reverse() });
    await expect(s.download(s.request(small, [bob]))).rejects.toMatchObject({ code: 'bad-content' });
    expect(bob.requests).toHaveLength(3);
    expect(await s.names()).toEqual([]);
  });

  test.each<[string, Knobs]>([
    ['a wrong piece list', { wrongLayer: true }],
    ['another length', { longer: 5 }],
    ['another range', { headers: { 'content-range': `bytes 1-2/${content.size}` } }],
    ['another content', { headers: { etag: `"${'0'.repeat(64)}"` } }],
  ])('answers with %s is never asked again', async (_, knobs) => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], knobs);
    const sally = await s.peer('Sally', [content]);
    sally.knobs.beforeChunk = (sent) => {
      // Once both have failed, the roll names both again.
      if (sent >= 2 * MiB && sally.connections === 1) s.network.sever(sally.owner.address);
    };
    await s.download(s.request(content, [bob, sally]));
    await expectWhole(s);
    expect(bob.connections).toBe(1);
    expect(sally.connections).toBe(2);
  });

  test('says nothing of its length is followed by another', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [small], { headers: { 'content-length': 'some' } });
    const sally = await s.peer('Sally', [small]);
    const done = await s.download(s.request(small, [bob, sally]));
    expect(done.from).toEqual(['Sally']);
  });
});

describe('when every owner fails', () => {
  test('they are tried in four rounds over some 12 seconds, then nothing is left behind', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    await bob[Symbol.asyncDispose]();
    let asked = 0;
    const request = s.request(content, [bob], {
      moreOwners: async () => {
        asked++;
        return ownersOf([bob]);
      },
    });
    await expect(s.download(request)).rejects.toMatchObject({
      code: 'unreachable',
      message: /Bob at 10\.0\.0\.10:\d+: nothing listens/,
    });
    expect(asked).toBe(3);
    expect(s.reports).toHaveLength(4);
    expect(s.clock.now()).toBeGreaterThan(9_000);
    expect(s.clock.now()).toBeLessThan(16_000);
    expect(await s.names()).toEqual([]);
  });

  test('and some pieces are there, it says how much is kept, and the same request goes on from there', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { stopAfter: 3.5 * MiB });
    await expect(s.download(s.request(content, [bob]))).rejects.toMatchObject({
      code: 'unfinished',
      message: /\. 3\.15 MB of 5\.24 MB are kept: a new try goes on from there\.$/,
    });
    expect(await s.names()).toEqual([
      expect.stringMatching(/^\.rollcall-[0-9a-f]{16}-[0-9a-f]{8}\.journal$/),
      expect.stringMatching(/^\.rollcall-[0-9a-f]{16}-[0-9a-f]{8}\.part$/),
    ]);
    const sally = await s.peer('Sally', [content]);
    const told: number[] = [];
    const request = s.request(content, [sally], { onProgress: ({ resumedBytes }) => void told.push(resumedBytes) });
    const done = await s.download(request);
    await expectWhole(s);
    expect(sally.sent).toBe(content.size - 3 * MiB);
    expect(done.from).toEqual(['Sally']);
    expect(told.at(-1)).toBe(3 * MiB);
  });

  test.each<[PeerProblemCode, string]>([
    ['changed', 'changed'],
    ['ticket-refused', 'refused'],
    ['not-found', 'not-found'],
  ])('with %s, the roll is asked once more and the end is %s', async (problem, code) => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { problem });
    const sally = await s.peer('Sally', [content], { problem });
    await expect(s.download(s.request(content, [bob, sally]))).rejects.toMatchObject({ code });
    expect(bob.requests).toHaveLength(2);
    expect(s.clock.now()).toBeLessThan(1000);
  });

  test('what they said is fit for a terminal', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { headers: { 'content-range': 'bytes \u001b[2J' } });
    const failed = s.download(s.request(content, [bob]));
    await expect(failed).rejects.toMatchObject({ message: expect.stringContaining('\\u{1b}[2J') });
  });

  test('the roll may fail or hang meanwhile: those who are known are tried again', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    bob.knobs.beforeChunk = (sent) => {
      if (sent >= MiB && bob.connections < 3) s.network.sever(bob.owner.address);
    };
    let asked = 0;
    const request = s.request(content, [bob], {
      moreOwners: () => (asked++ === 0 ? Promise.reject(new Error('the tracker is away')) : new Promise(() => {})),
    });
    await s.download(request);
    await expectWhole(s);
    expect(asked).toBeGreaterThanOrEqual(2);
  });
});

describe('a ticket', () => {
  test('that runs out in the middle is renewed by asking the roll, at once', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { ticket: 'ticket' });
    bob.knobs.beforeChunk = (sent) => {
      if (sent < MiB || bob.knobs.ticket !== 'ticket') return;
      bob.knobs.ticket = 'fresh';
      s.network.sever(bob.owner.address);
    };
    const request = s.request(content, [bob], {
      moreOwners: async () => ({ whole: [{ ...bob.owner, ticket: 'fresh' }], partial: [] }),
    });
    await s.download(request);
    await expectWhole(s);
  });
});

describe('a busy owner', () => {
  test('is waited for as long as it says', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { problem: 'busy', retryAfter: 20 });
    let asked = 0;
    s.clock.after(30_000, () => {
      bob.knobs.problem = undefined;
      asked = bob.requests.length;
    });
    await s.download(s.request(content, [bob]));
    await expectWhole(s);
    expect(asked).toBe(2);
    expect(s.reports).toEqual([]);
  });
});

describe('an owner that stops again and again', () => {
  test('is asked again as long as each time a piece comes', async () => {
    await using s = await scene();
    const long = contentOf(9 * MiB, 7);
    const bob = await s.peer('Bob', [long], { chunkBytes: MiB / 2 });
    let next = 2 * MiB;
    bob.knobs.beforeChunk = (sent) => {
      if (sent < next) return;
      next = sent + 2 * MiB;
      s.network.sever(bob.owner.address);
    };
    await s.download(s.request(long, [bob]));
    await expectWhole(s, long);
    expect(bob.connections).toBeGreaterThan(4);
  });
});

describe('a download that is stopped', () => {
  test('keeps what is verified and says so', async () => {
    await using s = await scene();
    const stop = new AbortController();
    const bob = await s.peer('Bob', [content]);
    bob.knobs.beforeChunk = (sent) => {
      if (sent >= 2.5 * MiB) stop.abort(new Error('Ctrl-C'));
    };
    await expect(s.download(s.request(content, [bob], { signal: stop.signal }))).rejects.toMatchObject({
      code: 'interrupted',
      message: /was stopped\. 2\.1 MB of 5\.24 MB are kept: a new try goes on from there$/,
    });
    await settle();
    expect(s.clock.waiting).toBe(0);
    bob.knobs.beforeChunk = undefined;
    bob.sent = 0;
    await s.download(s.request(content, [bob]));
    await expectWhole(s);
    expect(bob.sent).toBe(content.size - 2 * MiB);
  });

  test('before it has begun asks nobody and leaves nothing', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const request = s.request(content, [bob], { signal: AbortSignal.abort() });
    await expect(s.download(request)).rejects.toMatchObject({ code: 'interrupted' });
    expect(bob.requests).toEqual([]);
    expect(await s.names()).toEqual([]);
  });

  test('while it waits for owners stops at once', async () => {
    await using s = await scene();
    const stop = new AbortController();
    const bob = await s.peer('Bob', [content], { problem: 'busy', retryAfter: 30 });
    s.clock.after(100, () => stop.abort());
    await expect(s.download(s.request(content, [bob], { signal: stop.signal }))).rejects.toMatchObject({
      code: 'interrupted',
    });
    expect(s.clock.now()).toBeLessThan(1000);
  });
});
