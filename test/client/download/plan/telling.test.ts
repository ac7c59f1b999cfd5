import { expect, test } from 'vitest';
import { MiB } from '../../../../src/base/sizes.ts';
import { lastLookMs, lookMs } from '../../../../src/client/download/plan/limits.ts';
import { piecesOf, SwarmScene } from './swarmScene.ts';

test('an owner may say what it has in more runs than a call takes arguments', () => {
  const scene = new SwarmScene([2 * MiB]).partial('ann');
  scene.swarm.has(
    'ann',
    Array.from({ length: 500_000 }, () => ({ first: 1, count: 1 })),
  );
  expect(scene.asks().flatMap(piecesOf)).toEqual([1]);
});

test('pieces that an owner was known to have are no news', () => {
  const scene = new SwarmScene().partial('ann', 0, 1);
  scene.after(0);
  expect(scene.swarm.lookMs).toBe(lookMs);
  scene.swarm.has('ann', [{ first: 0, count: 2 }]);
  expect(scene.swarm.lookMs).toBe(lookMs);
  scene.swarm.has('ann', [{ first: 0, count: 3 }]);
  expect(scene.swarm.lookMs).toBe(lastLookMs);
});

test('a piece that an owner did not have after all is news once it says again that it has it', () => {
  const scene = new SwarmScene([2 * MiB]).partial('ann', 0);
  scene.swarm.failed(scene.ask('ann').id, 'refused', 0);
  expect(scene.asks(1000)).toEqual([]);
  scene.swarm.has('ann', [{ first: 0, count: 1 }]);
  expect(scene.asks(1000).flatMap(piecesOf)).toEqual([0]);
});
