import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Random } from '../../../src/base/random.ts';
import { Urn } from '../../../src/server/brain/urn.ts';
import { seededRandom } from '../../support/random.ts';

const filled = (items: Iterable<number>): Urn<number> => {
  const urn = new Urn<number>();
  for (const item of items) urn.add(item);
  return urn;
};
const sorted = (items: readonly number[]): number[] => [...items].sort((a, b) => a - b);
/** The first `count` of a shuffle. */
const drawn = (urn: Urn<number>, count: number, random: Random): number[] => {
  const items: number[] = [];
  for (const item of urn.shuffled(random)) {
    if (items.length === count) break;
    items.push(item);
  }
  return items;
};

test('it has what was put in and not taken out, once, however often each was and wherever a shuffle was left', () => {
  const step = fc.record({ add: fc.boolean(), item: fc.nat({ max: 9 }), draw: fc.nat({ max: 9 }) });
  fc.assert(
    fc.property(fc.array(step), fc.nat(), (steps, seed) => {
      const urn = new Urn<number>();
      const model = new Set<number>();
      const random = seededRandom(seed);
      for (const { add, item, draw } of steps) {
        if (add) urn.add(item);
        else urn.delete(item);
        if (add) model.add(item);
        else model.delete(item);
        drawn(urn, draw, random);
      }
      expect(urn.size).toBe(model.size);
      expect(sorted([...urn.shuffled(random)])).toEqual(sorted([...model]));
    }),
  );
});

test('everything is among the first about as often as anything else, shuffle after shuffle', () => {
  const urn = filled(Array(20).keys());
  const random = seededRandom(1);
  const times = Array<number>(20).fill(0);
  for (let draw = 0; draw < 4000; draw++) {
    for (const item of drawn(urn, 5, random)) times[item] = (times[item] ?? 0) + 1;
  }
  for (const count of times) {
    expect(count).toBeGreaterThan(900);
    expect(count).toBeLessThan(1100);
  }
});
