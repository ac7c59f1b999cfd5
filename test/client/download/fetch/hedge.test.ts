import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sleep } from '../../../../src/base/clock.ts';
import { openRateLimit } from '../../../../src/base/rateLimit.ts';
import { KiB, MiB } from '../../../../src/base/sizes.ts';
import type { DownloadPorts, DownloadRequest } from '../../../../src/client/download/download.ts';
import type { HttpAnswer } from '../../../../src/net/transport/transport.ts';
import { type FakePeer, served } from '../../../support/fakePeer.ts';
import { contentOf, type Scene, scene } from '../scene.ts';
import { expectWhole as expectTree, treeOf } from '../trees.ts';

const content = contentOf(5 * MiB + 17);
const tree = treeOf({ a: 10, b: 2 * MiB, c: 2 * MiB + 1, d: 2 * MiB + 2 });
const listingBytes = tree.contents[0]?.size ?? 0;
const forEver = 10 ** 9;

const folderOf = (s: Scene, peers: readonly FakePeer[], more?: Partial<DownloadRequest>): DownloadRequest =>
  s.request(tree.stated, peers, { kind: 'folder', target: join(s.folder, 'saved'), ...more });

/** Those who asked a peer for a listing or a piece list. */
const questions = ({ requests }: FakePeer): string[] => requests.filter((path) => !/\/(bytes|have)/.test(path));

/** A network on which 32 bytes of a peer's answers under such paths take so many milliseconds to arrive. */
function dripping(s: Scene, peer: FakePeer, path: RegExp, everyMs: number): DownloadPorts['transport'] {
  const drip = (answer: HttpAnswer, signal: AbortSignal): HttpAnswer => ({
    ...answer,
    async read(sink) {
      const chunks: Uint8Array[] = [];
      await answer.read((chunk) => void chunks.push(Uint8Array.from(chunk)));
      const whole = Buffer.concat(chunks);
      for (let at = 0; at < whole.length; at += 32) {
        await sleep(s.clock, everyMs, signal);
        await sink(whole.subarray(at, at + 32));
      }
    },
  });
  return {
    async dialHttp(at, options) {
      const connection = await s.ports.transport.dialHttp(at, options);
      if (at.host !== peer.owner.address) return connection;
      return {
        fingerprint: connection.fingerprint,
        publicKey: connection.publicKey,
        async request(request, signal) {
          const answer = await connection.request(request, signal);
          return path.test(request.path) ? drip(answer, signal) : answer;
        },
        [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
      };
    },
  };
}

async function expectClosed(s: Scene, ...peers: readonly FakePeer[]): Promise<void> {
  await s.clock.wind(5);
  expect(peers.map(({ open }) => open)).toEqual(peers.map(() => 0));
  expect(s.clock.waiting).toBe(0);
}

describe('a piece list is asked of another owner', () => {
  test('after 3 s where the first does not answer, which is reported', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { mute: true });
    const sally = await s.peer('Sally', [content]);
    const done = await s.download(s.request(content, [bob, sally]));
    expect((await s.saved()).equals(content.bytes)).toBe(true);
    expect(done.from).toEqual(['Sally']);
    expect(s.clock.now()).toBeLessThan(3200);
    expect(s.reports).toEqual([bob.owner]);
    await expectClosed(s, bob, sally);
  });

  test.each([
    ['stops in the middle of it', forEver, 3500],
    // 6 times 32 bytes, of which one has come after three seconds.
    ['trickles', 2500, 5200],
  ])('where the first %s', async (_, everyMs, withinMs) => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content]);
    const sally = await s.peer('Sally', [content]);
    await s.download(s.request(content, [bob, sally]), { transport: dripping(s, bob, /pieces$/, everyMs) });
    expect((await s.saved()).equals(content.bytes)).toBe(true);
    expect(s.clock.now()).toBeLessThan(withinMs);
    await expectClosed(s, bob, sally);
  });

  test('who has a part alone', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { mute: true });
    const sally = await s.peer('Sally', [content], { has: new Set([0, 1, 2, 3, 4, 5]) });
    await s.download(s.request(content, [bob, sally]));
    expect((await s.saved()).equals(content.bytes)).toBe(true);
    expect(s.clock.now()).toBeLessThan(3500);
  });

  test('and of a third where that one is silent as well', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { mute: true });
    const sally = await s.peer('Sally', [content], { mute: true });
    const carol = await s.peer('Carol', [content]);
    await s.download(s.request(content, [bob, sally, carol]));
    expect((await s.saved()).equals(content.bytes)).toBe(true);
    expect(questions(carol)).toHaveLength(1);
    // Six for the list, and Sally is left once Carol has given all.
    expect(s.clock.now()).toBeLessThan(10_000);
    await expectClosed(s, bob, sally, carol);
  });

  test('only once where it is one of many', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents);
    const sally = await s.peer('Sally', tree.contents);
    await s.download(folderOf(s, [bob, sally]), { transport: dripping(s, bob, /pieces$/, forEver) });
    await expectTree(s, tree);
    expect([questions(bob).length, questions(sally).length]).toEqual([2, 3]);
    expect(s.clock.now()).toBeLessThan(3500);
    await expectClosed(s, bob, sally);
  });
});

describe("a folder's list is asked of another owner", () => {
  test.each([
    ['falls silent in the middle of it', 0, 3500],
    ['trickles', 1000, 4000],
  ])('where the first %s', async (_, chunkMs, withinMs) => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents, { chunkBytes: 16, chunkMs });
    const sally = await s.peer('Sally', tree.contents);
    if (chunkMs === 0) {
      bob.knobs.beforeChunk = (sent) => {
        if (sent > 100) s.network.cut(bob.owner.address);
      };
    }
    await s.download(folderOf(s, [bob, sally]));
    await expectTree(s, tree);
    expect(questions(sally).length).toBeGreaterThan(0);
    expect(s.clock.now()).toBeLessThan(withinMs);
  });

  test('and taken from whoever is done first: the slow one, where the other is no better', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents, { chunkMs: 4000 });
    bob.knobs.beforeChunk = (sent) => {
      if (sent > 0) bob.knobs.chunkMs = undefined;
    };
    const sally = await s.peer('Sally', tree.contents, { mute: true });
    await s.download(folderOf(s, [bob, sally], { maxOwners: 1 }));
    await expectTree(s, tree);
    expect(s.clock.now()).toBeLessThan(4100);
    expect([sally.requests.length, bob.connections, s.reports]).toEqual([1, 1, []]);
    await expectClosed(s, bob, sally);
  });

  test('and found out to be hostile, whoever sends it', async () => {
    await using s = await scene();
    const hostile = served(Buffer.from('{"format":"rollcall-folder/1","files":[{}]}'));
    const bob = await s.peer('Bob', [hostile], { mute: true });
    const sally = await s.peer('Sally', [hostile]);
    const request = s.request(hostile, [bob, sally], { kind: 'folder', target: join(s.folder, 'saved') });
    await expect(s.download(request)).rejects.toMatchObject({ code: 'bad-content' });
    expect(s.clock.now()).toBeLessThan(3100);
    await expectClosed(s, bob, sally);
  });

  test.each([
    ['lies', { lie: (bytes: Uint8Array) => void bytes.fill(0) }],
    ['refuses', { problem: 'fault' as const }],
  ])('and taken from the first, where the other %s', async (_, knobs) => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents, { chunkMs: 4000 });
    bob.knobs.beforeChunk = (sent) => {
      if (sent > 0) bob.knobs.chunkMs = undefined;
    };
    const sally = await s.peer('Sally', tree.contents, knobs);
    await s.download(folderOf(s, [bob, sally], { maxOwners: 1 }));
    await expectTree(s, tree);
    expect(s.clock.now()).toBeLessThan(4100);
    expect(questions(sally)).toHaveLength(1);
  });
});

describe('of no other owner', () => {
  test('is anything asked where the first answers', async () => {
    await using s = await scene(1);
    const bob = await s.peer('Bob', tree.contents);
    const sally = await s.peer('Sally', tree.contents);
    await s.download(folderOf(s, [bob, sally], { maxOwners: 1 }));
    expect([questions(bob).length, sally.connections]).toEqual([4, 0]);
  });

  test('than four, one every three seconds, is a list asked beside the first', async () => {
    await using s = await scene();
    const peers: FakePeer[] = [];
    for (const user of ['Bob', 'Sally', 'Carol', 'Dave', 'Erin', 'Frank', 'Grace']) {
      peers.push(await s.peer(user, tree.contents, { chunkBytes: 1, chunkMs: 1000 }));
    }
    const stop = new AbortController();
    const stopped = s.download(folderOf(s, peers, { signal: stop.signal }));
    const asked: number[] = [];
    for (const ms of [2900, 5900, 8900, 11_900, 14_900, 25_000]) {
      s.clock.after(ms, () => void asked.push(peers.filter(({ requests }) => requests.length === 1).length));
    }
    s.clock.after(25_100, () => stop.abort(new Error('enough')));
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
    expect(asked).toEqual([1, 2, 3, 4, 5, 5]);
    await expectClosed(s, ...peers);
  });

  test('who just failed is a list asked beside the next', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', [content], { problem: 'fault' });
    const sally = await s.peer('Sally', [content], { mute: true });
    const stop = new AbortController();
    const stopped = s.download(s.request(content, [bob, sally], { signal: stop.signal }));
    s.clock.after(10_000, () => stop.abort(new Error('enough')));
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
    expect([bob.requests.length, sally.requests.length]).toEqual([1, 1]);
  });

  test('is a list asked while our own limit holds the flow', async () => {
    await using s = await scene();
    const small = treeOf({ a: 0 });
    const bob = await s.peer('Bob', small.contents, { chunkBytes: 16 });
    const sally = await s.peer('Sally', small.contents);
    const request = s.request(small.stated, [bob, sally], { kind: 'folder', target: join(s.folder, 'saved') });
    await s.download(request, { limit: openRateLimit(2, s.clock) });
    await expectTree(s, small);
    expect(s.clock.now()).toBeGreaterThan(60_000);
    expect([bob.requests.length, sally.connections]).toEqual([1, 0]);
  });
});

describe('a list of which there is one owner alone', () => {
  test('is waited for as long as it comes at the slowest speed that we bear', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents, { chunkBytes: 16, chunkMs: 29_000 / (listingBytes / 16) });
    bob.knobs.beforeChunk = (sent) => {
      if (sent + 16 >= listingBytes) Object.assign(bob.knobs, { chunkBytes: undefined, chunkMs: undefined });
    };
    await s.download(folderOf(s, [bob]));
    await expectTree(s, tree);
    expect(s.clock.now()).toBeGreaterThan(28_000);
    expect(questions(bob)).toHaveLength(4);
  });

  test('is given up after four times half a minute where it trickles on', async () => {
    await using s = await scene();
    const bob = await s.peer('Bob', tree.contents, { chunkBytes: 1, chunkMs: 1000 });
    await expect(s.download(folderOf(s, [bob]))).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('its answer had not come whole after 30 s'),
    });
    expect(bob.requests).toHaveLength(4);
    expect(s.clock.now()).toBeLessThan(150_000);
    await expectClosed(s, bob);
  });

  test('of a content of many pieces is given so much longer', async () => {
    await using s = await scene();
    const large = contentOf(70 * MiB);
    const layerBytes = 70 * 32;
    // Half of the 16 KiB a second, so that some of the list comes after half a minute.
    const transport = (peer: FakePeer): DownloadPorts['transport'] =>
      dripping(s, peer, /pieces$/, (30_000 + (layerBytes / (32 * KiB)) * 1000) / 70);
    const bob = await s.peer('Bob', [large]);
    await s.download(s.request(large, [bob]), { transport: transport(bob) });
    expect((await s.saved()).equals(large.bytes)).toBe(true);
    expect(questions(bob)).toHaveLength(1);
    expect(s.clock.now()).toBeGreaterThan(30_000);
  });
});
