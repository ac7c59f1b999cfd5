import { expect, test } from 'vitest';
import { MiB } from '../../../../src/base/sizes.ts';
import { piecesOf, range, SwarmScene } from './swarmScene.ts';

/** Ann and Bob have both of two pieces; each is asked for one. */
function two(): { scene: SwarmScene; ann: ReturnType<SwarmScene['ask']>; bob: ReturnType<SwarmScene['ask']> } {
  const scene = new SwarmScene([2 * MiB]).partial('ann', 0, 1).partial('bob', 0, 1);
  const asks = scene.asks();
  const [ann, bob] = ['ann', 'bob'].map((name) => asks.find(({ owner }) => owner === name));
  if (ann === undefined || bob === undefined) throw new Error('not both are asked');
  return { scene, ann, bob };
}

test('an ask is doubted after three seconds of silence, and not a millisecond before', () => {
  const scene = new SwarmScene().partial('ann', 0).partial('bob', ...range(0, 64));
  const bob = scene.asks().find(({ owner }) => owner === 'bob');
  if (bob === undefined) throw new Error('bob is not asked');
  scene.swarm.received(bob.id, 1, 1);
  scene.answer(bob, { first: piecesOf(bob)[0] ?? 0, count: 1 }, 2999);
  const early = scene.ask('bob');
  expect(piecesOf(early)).not.toContain(0);
  scene.answer(early, { first: piecesOf(early)[0] ?? 0, count: piecesOf(early).length }, 1);
  expect(piecesOf(scene.ask('bob'))).toEqual([0]);
});

test('what a silent owner does not bring is asked of another, and it is left once that has come', () => {
  const { scene, ann, bob } = two();
  scene.answer(bob, { first: piecesOf(bob)[0] ?? 0, count: 1 }, 100);
  scene.swarm.received(ann.id, 5, 100);
  const again = scene.ask('bob', 3000);
  expect(piecesOf(again)).toEqual(piecesOf(ann));
  scene.answer(again, { first: piecesOf(ann)[0] ?? 0, count: 1 }, 50);
  expect(scene.after(0)).toEqual([
    { order: 'cancel', ask: ann.id },
    { order: 'leave', owner: 'ann' },
  ]);
});

test('an owner whose line is long is not left for the first ask that others were faster with', () => {
  const { scene, ann, bob } = two();
  scene.answer(bob, { first: piecesOf(bob)[0] ?? 0, count: 1 }, 100);
  scene.answer(scene.ask('bob', 3000), { first: piecesOf(ann)[0] ?? 0, count: 1 }, 50);
  expect(scene.after(0)).toEqual([{ order: 'cancel', ask: ann.id }]);
});

test('an owner that is silent for eight seconds is left where others could bring all of its pieces', () => {
  const { scene, ann, bob } = two();
  for (let second = 1; second < 8; second++) {
    scene.swarm.received(bob.id, 130_000, second * 1000);
    expect(scene.after(1000)).toEqual([]);
  }
  expect(scene.after(1000)).toContainEqual({ order: 'leave', owner: ann.owner });
});

test('an owner that is silent is not left for one that comes and goes, before that one has sent a byte', () => {
  const { scene, ann } = two();
  for (let second = 0; second < 20; second++) {
    scene.swarm.left('bob');
    scene.whole('bob');
    expect(scene.after(1000).filter(({ order }) => order !== 'ask')).toEqual([]);
  }
  scene.swarm.left('bob');
  const bob = scene.whole('bob').ask('bob');
  scene.swarm.received(bob.id, 1, scene.now);
  expect(scene.after(0)).toContainEqual({ order: 'leave', owner: ann.owner });
});

test('an owner that is silent is kept where nobody else has its piece', () => {
  const scene = new SwarmScene([2 * MiB]).partial('ann', 0).partial('bob', 1);
  const bob = scene.asks().find(({ owner }) => owner === 'bob');
  for (let second = 1; second < 60; second++) {
    scene.swarm.received(bob?.id ?? 0, 1000, second * 1000);
    expect(scene.after(1000)).toEqual([]);
  }
});

test('a lone owner is borne, however silent', () => {
  const scene = new SwarmScene().whole('ann');
  scene.ask('ann');
  for (let second = 0; second < 60; second++) expect(scene.after(1000)).toEqual([]);
});

test('a trickle is doubted while others flow', () => {
  const scene = new SwarmScene([8 * MiB]).partial('ann', 0).whole('bob');
  const asks = scene.asks();
  const ann = asks.find(({ owner }) => owner === 'ann');
  const bob = asks.find(({ owner }) => owner === 'bob');
  if (ann === undefined || bob === undefined) throw new Error('not both are asked');
  scene.swarm.received(ann.id, 1, 1);
  scene.answer(bob, { first: piecesOf(bob)[0] ?? 0, count: 1 }, 80);
  for (let ms = 500; ms <= 4000; ms += 500) {
    scene.swarm.received(ann.id, 100, scene.now + 250);
    const more = scene.asks(500).find(({ owner }) => owner === 'bob');
    if (more === undefined) continue;
    const [first = 0, ...rest] = piecesOf(more);
    if (first === 0) return;
    scene.answer(more, { first, count: more.want.run === undefined ? 1 : rest.length + 1 }, 1);
  }
  expect.unreachable('piece 0 is not asked of bob');
});

test('an ask that flows again takes back what nobody else took', () => {
  const scene = new SwarmScene([3 * MiB]).partial('ann', 0).partial('bob', 1);
  const ann = scene.asks().find(({ owner }) => owner === 'ann');
  if (ann === undefined) throw new Error('ann is not asked');
  scene.after(3000);
  scene.swarm.received(ann.id, MiB / 2, 3001);
  scene.after(1);
  expect(scene.partial('cid', 0).asks(1)).toEqual([]);
});

test('a bad piece is not asked of the same owner while another has it', () => {
  const { scene, ann } = two();
  const [piece = 0] = piecesOf(ann);
  scene.swarm.received(ann.id, MiB, 10);
  scene.swarm.ended(ann.id, 10);
  scene.swarm.bad(ann.id, piece);
  expect(scene.asks(10).filter(({ owner }) => owner === 'ann')).toEqual([]);
});

test('a bad piece is asked of the same owner where nobody else has it', () => {
  const scene = new SwarmScene([MiB]).whole('ann');
  const ask = scene.ask('ann');
  scene.swarm.chosen(ask.id, { first: 0, count: 1 });
  scene.swarm.received(ask.id, MiB, 10);
  scene.swarm.ended(ask.id, 10);
  scene.swarm.bad(ask.id, 0);
  expect(piecesOf(scene.ask('ann', 10))).toEqual([0]);
});

test('a bad piece is asked of the same owner once those who have it too have left', () => {
  const { scene, ann, bob } = two();
  scene.swarm.received(ann.id, MiB, 10);
  scene.swarm.ended(ann.id, 10);
  scene.swarm.bad(ann.id, piecesOf(ann)[0] ?? 0);
  scene.swarm.failed(bob.id, 'broken', 10);
  scene.swarm.left('bob');
  expect(scene.asks(10).flatMap(piecesOf)).toContain(piecesOf(ann)[0]);
});

test('what an owner refused is not asked of it again', () => {
  const scene = new SwarmScene([2 * MiB]).partial('ann', 0, 1);
  const ask = scene.ask('ann');
  scene.swarm.failed(ask.id, 'refused', 1);
  const other = scene.ask('ann', 1);
  expect(piecesOf(other)).not.toEqual(piecesOf(ask));
  scene.swarm.failed(other.id, 'refused', 2);
  for (let second = 0; second < 30; second++) expect(scene.after(1000)).toEqual([]);
});

test('an owner that refuses three times in a row is left where there is another', () => {
  const scene = new SwarmScene().partial('ann', ...range(0, 64)).partial('bob', 0);
  for (let turn = 0; turn < 3; turn++) {
    const ask = scene.asks(1).find(({ owner }) => owner === 'ann');
    scene.swarm.failed(ask?.id ?? 0, 'refused', scene.now);
  }
  expect(scene.after(1)).toContainEqual({ order: 'leave', owner: 'ann' });
});

test('of an ask that broke off, what came whole waits for its verdict and the rest is asked anew', () => {
  const scene = new SwarmScene([4 * MiB]).partial('ann', 0, 1, 2, 3);
  scene.swarm.joined('bob', 'whole', 0);
  const asks = scene.asks();
  const bob = asks.find(({ owner }) => owner === 'bob');
  const ann = asks.find(({ owner }) => owner === 'ann');
  if (ann === undefined || bob === undefined) throw new Error('not both are asked');
  const [piece = 0] = piecesOf(bob);
  scene.swarm.received(bob.id, MiB, 10);
  scene.swarm.failed(bob.id, 'broken', 10);
  scene.swarm.left('bob');
  scene.answer(ann, { first: piecesOf(ann)[0] ?? 0, count: 1 }, 10);
  expect(piecesOf(scene.ask('ann'))).not.toContain(piece);
  scene.swarm.verified(piece);
  expect(scene.after(1)).toEqual([]);
});

test('pieces of an owner who left are asked anew where their verdict does not come', () => {
  const scene = new SwarmScene([MiB]).partial('ann', 0);
  const ask = scene.ask('ann');
  scene.swarm.received(ask.id, MiB, 10);
  scene.now = 10;
  scene.after(0);
  scene.swarm.left('ann');
  scene.partial('bob', 0);
  expect(scene.asks(2999)).toEqual([]);
  expect(scene.asks(1).flatMap(piecesOf)).toEqual([0]);
});

test('at the end the piece that would come last is asked of an idle owner too, and the loser is cancelled', () => {
  const scene = new SwarmScene([3 * MiB]).partial('ann', 0, 1, 2).partial('bob', 0, 1, 2);
  const asks = scene.asks();
  const [ann, bob] = ['ann', 'bob'].map((name) => asks.find(({ owner }) => owner === name));
  if (ann === undefined || bob === undefined) throw new Error('not both are asked');
  scene.swarm.received(ann.id, 1000, 10);
  scene.answer(bob, { first: piecesOf(bob)[0] ?? 0, count: 1 }, 80);
  const last = scene.ask('bob');
  scene.swarm.received(ann.id, 20_000, scene.now + 80);
  scene.answer(last, { first: piecesOf(last)[0] ?? 0, count: 1 }, 80);
  scene.swarm.received(ann.id, 20_000, scene.now + 300);
  const rescue = scene.ask('bob', 300);
  expect(piecesOf(rescue)).toEqual(piecesOf(ann));
  scene.answer(rescue, { first: piecesOf(rescue)[0] ?? 0, count: 1 }, 80);
  expect(scene.after(0)).toEqual([{ order: 'cancel', ask: ann.id }]);
});

test('at the end nothing is asked twice that comes as soon anyway', () => {
  const { scene, ann, bob } = two();
  scene.swarm.received(ann.id, MiB / 2, 80);
  scene.answer(bob, { first: piecesOf(bob)[0] ?? 0, count: 1 }, 80);
  expect(scene.after(10)).toEqual([]);
});

test('news of an owner, an ask or a piece that there is not changes nothing', () => {
  const scene = new SwarmScene([MiB]).whole('ann');
  scene.swarm.has('bob', [{ first: 0, count: 1 }]);
  scene.swarm.left('bob');
  scene.swarm.received(77, 5, 0);
  scene.swarm.ended(77, 0);
  scene.swarm.failed(77, 'refused', 0);
  scene.swarm.bad(77, 0);
  scene.swarm.verified(5);
  expect(scene.swarm.chosen(77, { first: 0, count: 1 })).toBe(false);
  expect(piecesOf(scene.ask('ann'))).toEqual([0]);
});
