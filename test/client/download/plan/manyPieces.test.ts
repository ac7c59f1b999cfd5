import { expect, test } from 'vitest';
import { layoutOf } from '../../../../src/base/layout.ts';
import { GiB } from '../../../../src/base/sizes.ts';
import { openSwarm } from '../../../../src/client/download/plan/openSwarm.ts';
import { seededRandom } from '../../../support/random.ts';

/** Plans a whole download of which every piece comes at once, of one whole and 15 partial owners; gives CPU milliseconds. */
function planAll(sizes: readonly number[]): { cpuMs: number; asks: number; whole: boolean } {
  const layout = layoutOf(sizes);
  const here = new Uint8Array(layout.count);
  const before = process.cpuUsage();
  const swarm = openSwarm({ layout, has: () => false, random: seededRandom(1) });
  swarm.joined('owner0', 'whole', 0);
  for (let owner = 1; owner < 16; owner++) {
    swarm.joined(`owner${owner}`, 'partial', 0);
    const first = Math.floor((layout.count * (owner - 1)) / 20);
    swarm.has(`owner${owner}`, [{ first, count: Math.floor(layout.count / 4) }]);
  }
  let asks = 0;
  let came = 0;
  for (let now = 0; came < layout.count && now < 1_000_000; now++) {
    for (const order of swarm.step(now)) {
      if (order.order !== 'ask') continue;
      asks++;
      const { id, want } = order.ask;
      const run = want.run ?? { first: want.of[0]?.first ?? 0, count: Math.min(want.most, want.of[0]?.count ?? 1) };
      if (want.of !== undefined) swarm.chosen(id, run);
      for (let piece = run.first; piece < run.first + run.count; piece++) {
        swarm.received(id, layout.place(piece).length, now);
        if (here[piece] === 0) came++;
        here[piece] = 1;
      }
      swarm.ended(id, now);
      for (let piece = run.first; piece < run.first + run.count; piece++) swarm.verified(piece);
    }
  }
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, asks, whole: came === layout.count };
}

test('200,000 small files are planned within a second', () => {
  const { cpuMs, whole, asks } = planAll(new Array<number>(200_000).fill(4096));
  expect(whole).toBe(true);
  expect(asks).toBeLessThan(2000);
  expect(cpuMs).toBeLessThan(1000);
});

test('the 65,536 pieces of a TiB are planned within a second', () => {
  const { cpuMs, whole } = planAll([1024 * GiB]);
  expect(whole).toBe(true);
  expect(cpuMs).toBeLessThan(1000);
});
