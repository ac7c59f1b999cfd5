import { expect, test } from 'vitest';
import { MiB } from '../../../../src/base/sizes.ts';
import { piecesOf, range, SwarmScene } from './swarmScene.ts';

test('the first ask lets a whole owner choose one piece among many', () => {
  const { want } = new SwarmScene().whole('ann').ask('ann');
  expect(want.of).toBeDefined();
  expect(want.run === undefined && want.most).toBe(1);
});

test('the asks of a fast lone owner grow fourfold', () => {
  const scene = new SwarmScene([1024 * MiB]).whole('ann');
  const most: number[] = [];
  for (let turn = 0; turn < 4; turn++) {
    const ask = scene.ask('ann');
    if (ask.want.of === undefined) throw new Error('an exact ask');
    most.push(ask.want.most);
    const [longest] = ask.want.of.toSorted((one, other) => other.count - one.count);
    scene.answer(ask, { first: longest?.first ?? 0, count: ask.want.most }, 2 * ask.want.most);
  }
  expect(most).toEqual([1, 4, 16, 64]);
});

test('an owner that chooses far fewer pieces than it may is told which ones from then on', () => {
  const scene = new SwarmScene().whole('ann');
  const one = scene.ask('ann');
  scene.answer(one, { first: piecesOf(one)[0] ?? 0, count: 1 }, 1);
  const second = scene.ask('ann');
  expect(second.want.run === undefined && second.want.most).toBe(4);
  const first = piecesOf(second)[0] ?? 0;
  scene.answer(second, { first, count: 1 }, 1);
  expect(scene.ask('ann').want.run).toBeDefined();
});

test('a partial owner is asked for the rarest of what it has', () => {
  for (const seed of range(0, 10)) {
    const scene = new SwarmScene([64 * MiB], [], seed).partial('ann', ...range(0, 64));
    const common = range(0, 64).filter((piece) => piece !== 40);
    const asks = scene
      .partial('bob', ...common)
      .partial('cid', ...common)
      .asks();
    expect(asks.flatMap(({ owner, want }) => (owner === 'ann' ? [want.run] : []))).toEqual([{ first: 40, count: 1 }]);
  }
});

test('pieces that are equally rare are taken at random', () => {
  const firsts = range(0, 20).map(
    (seed) => new SwarmScene([64 * MiB], [], seed).partial('ann', ...range(0, 64)).ask('ann').want.run?.first,
  );
  expect(new Set(firsts).size).toBeGreaterThan(10);
});

test('a whole owner is let choose among what no partial one has', () => {
  const scene = new SwarmScene().whole('ann').partial('bob', ...range(10, 64));
  const ask = scene.asks().find(({ owner }) => owner === 'ann');
  expect(ask && piecesOf(ask).every((piece) => piece < 10)).toBe(true);
});

test('a whole owner is asked for the rarest where partial ones have all', () => {
  const scene = new SwarmScene([4 * MiB]).whole('ann').partial('bob', 0, 1, 2, 3).partial('cid', 0, 1, 3);
  const asks = scene.asks();
  expect(asks).toHaveLength(3);
  expect(asks.flatMap(piecesOf)).toContain(2);
});

test('whole owners are let choose among different pieces', () => {
  const asks = new SwarmScene().whole('ann', 'bob', 'cid').asks();
  expect(asks).toHaveLength(3);
  const pieces = asks.flatMap(piecesOf);
  expect(new Set(pieces).size).toBe(pieces.length);
});

test('nothing that is here is asked for', () => {
  const scene = new SwarmScene([8 * MiB], [0, 1, 2, 3, 4, 5, 6]).whole('ann').partial('bob', 3, 4);
  expect(scene.asks().map(piecesOf)).toEqual([[7]]);
});

test('small pieces travel many to an ask, up to a MiB of them', () => {
  const ask = new SwarmScene(new Array<number>(1000).fill(4096)).partial('ann', ...range(0, 1000)).ask('ann');
  expect(ask.want.run && ask.want.run.first % 256).toBe(0);
  expect([256, 1000 - 3 * 256]).toContain(ask.want.run?.count);
});

test('a folder of a lone owner is asked for in rows that grow', () => {
  const scene = new SwarmScene(new Array<number>(4096).fill(16_384)).whole('ann');
  const first = scene.ask('ann');
  expect(first.want.of).toBeDefined();
  const run = first.want.of?.[0] ?? { first: 0, count: 1 };
  scene.swarm.chosen(first.id, run);
  scene.swarm.received(first.id, run.count * 16_384, 1);
  scene.swarm.ended(first.id, 1);
  for (const piece of range(run.first, run.first + run.count)) scene.swarm.verified(piece);
  expect(scene.ask('ann', 1).want.run?.count).toBeGreaterThan(2 * run.count);
});

test('a choice outside of what was offered, or of more than that, is refused', () => {
  const scene = new SwarmScene([4 * MiB], [0]).whole('ann');
  const { id } = scene.ask('ann');
  expect(scene.swarm.chosen(id, { first: 0, count: 1 })).toBe(false);
  expect(scene.swarm.chosen(id, { first: 1, count: 2 })).toBe(false);
  expect(scene.swarm.chosen(id, { first: 1, count: 0 })).toBe(false);
  expect(scene.swarm.chosen(id, { first: 1, count: 1 })).toBe(true);
  expect(scene.swarm.chosen(id, { first: 1, count: 1 })).toBe(false);
});

test('what an owner chose that a partial one has begun to give is left to that one', () => {
  const scene = new SwarmScene([2 * MiB], [1]).whole('ann');
  const choice = scene.ask('ann');
  const [exact] = scene.partial('bob', 0).asks();
  if (exact === undefined) throw new Error('bob is not asked');
  scene.swarm.received(exact.id, 1000, 1);
  expect(scene.swarm.chosen(choice.id, { first: 0, count: 1 })).toBe(true);
  expect(scene.after(1)).toEqual([{ order: 'cancel', ask: choice.id }]);
});

test('an owner far away has more than one ask in flight', () => {
  const scene = new SwarmScene().partial('ann', ...range(0, 64));
  for (let turn = 0; turn < 4; turn++) {
    const ask = scene.ask('ann');
    const { run } = ask.want;
    if (run === undefined) throw new Error('a choice');
    scene.now += 20;
    scene.swarm.received(ask.id, 1, scene.now);
    scene.swarm.received(ask.id, run.count * MiB - 1, scene.now + 10);
    scene.swarm.ended(ask.id, scene.now + 10);
    for (const piece of piecesOf(ask)) scene.swarm.verified(piece);
  }
  expect(scene.asks(10)).toHaveLength(3);
});

test('an owner near by has one ask in flight', () => {
  const scene = new SwarmScene().partial('ann', ...range(0, 64));
  for (let turn = 0; turn < 4; turn++) {
    const ask = scene.ask('ann');
    scene.swarm.received(ask.id, 1, scene.now + 1);
    scene.answer(ask, { first: piecesOf(ask)[0] ?? 0, count: piecesOf(ask).length }, 100);
  }
  expect(scene.asks()).toHaveLength(1);
});
