import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MiB } from '../../../../src/base/sizes.ts';
import { play } from '../../../support/simulatedLan/swarming.ts';

const mbit = fc.constantFrom(10, 100, 1000);
const trouble = fc.record({
  at: fc.integer({ min: 0, max: 4000 }),
  who: fc.nat(9),
  what: fc.constantFrom('dies', 'stalls', 'trickles', 'returns'),
});

const swarm = fc.record({
  seed: fc.nat(),
  sizes: fc.oneof(
    fc.array(fc.integer({ min: 1, max: 40 * MiB }), { minLength: 1, maxLength: 1 }),
    fc.array(fc.oneof(fc.nat(20_000), fc.nat(3 * MiB)), { minLength: 1, maxLength: 40 }),
  ),
  owners: fc.array(fc.record({ up: mbit, down: mbit }), { minLength: 1, maxLength: 4 }),
  liars: fc.nat(1),
  spoilers: fc.nat(1),
  downloaders: fc.array(fc.record({ up: mbit, down: mbit }), { minLength: 1, maxLength: 5 }),
  slots: fc.constantFrom(1, 4, 16),
  troubles: fc.array(trouble, { maxLength: 3 }),
});

test('any swarm with an owner that stays ends, asks of nobody what it has not, and nothing twice before the end', () => {
  fc.assert(
    fc.property(swarm, ({ seed, sizes, owners, liars, spoilers, downloaders, slots, troubles }) => {
      const { downloaders: done, faults } = play({
        seed,
        sizes,
        owners: [
          ...owners.map((owner, at) => ({ ...owner, name: `s${at}`, slots })),
          ...Array.from({ length: liars }, () => ({ name: 'liar', up: 100, down: 100, lies: true })),
          ...Array.from({ length: spoilers }, () => ({ name: 'spoiler', up: 100, down: 100, badEvery: 3 })),
        ],
        downloaders: downloaders.map((one, at) => ({ ...one, name: `d${at}`, slots })),
        untilMs: 300_000,
        story(lan, all) {
          // The first stays.
          const others = [...all.values()].slice(1);
          for (const { at, who, what } of troubles) {
            const host = others[who % Math.max(1, others.length)];
            if (host === undefined) continue;
            lan.events.after(at, () => {
              if (what === 'dies') host.die();
              else host.slowTo(what === 'trickles' ? 8e-6 : what === 'stalls' ? 0 : 100);
            });
          }
        },
      });
      expect(done.map(({ doneAt }) => doneAt !== undefined)).toEqual(done.map(() => true));
      expect(faults).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
