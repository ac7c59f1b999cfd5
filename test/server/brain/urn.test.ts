import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Urn } from '../../../src/server/brain/urn.ts';
import { seededRandom } from '../../support/random.ts';

const filled = (items: Iterable<number>): Urn<number> => {
  const urn = new Urn<number>();
  for (const item of items) urn.add(item);
  return urn;
};
const sorted = (items: readonly number[]): number[] => [...items].sort((a, b) => a - b);
const all = (): boolean => true;

test('it has what was put in and not taken out, however often each was', () => {
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
        urn.draw(draw, random, all);
      }
      expect(urn.size).toBe(model.size);
      expect(sorted(urn.draw(100, random, all))).toEqual(sorted([...model]));
    }),
  );
});

test('a draw has as many different things that fit as were asked for, or all that there are', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat()), fc.nat({ max: 20 }), fc.nat(), (items, count, seed) => {
      const even = items.filter((item) => item % 2 === 0);
      const drawn = filled(items).draw(count, seededRandom(seed), (item) => item % 2 === 0);
      expect(drawn.length).toBe(Math.min(count, even.length));
      expect(new Set(drawn).size).toBe(drawn.length);
      for (const item of drawn) expect(even).toContain(item);
    }),
  );
});

test('everything is drawn about as often as anything else, draw after draw', () => {
  const urn = filled(Array(20).keys());
  const random = seededRandom(1);
  const times = Array<number>(20).fill(0);
  for (let draw = 0; draw < 4000; draw++) {
    for (const item of urn.draw(5, random, all)) times[item] = (times[item] ?? 0) + 1;
  }
  for (const count of times) {
    expect(count).toBeGreaterThan(900);
    expect(count).toBeLessThan(1100);
  }
});
