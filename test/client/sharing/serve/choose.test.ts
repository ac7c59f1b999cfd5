import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PieceRun } from '../../../../src/base/layout.ts';
import { type Candidates, choose } from '../../../../src/client/sharing/serve/choose.ts';

const candidates = (sent: readonly number[], of?: PieceRun[]): Candidates => ({
  of: of ?? [{ first: 0, count: sent.length }],
  has: (piece) => (sent[piece] ?? -1) >= 0,
  sent: (piece) => sent[piece] ?? 0,
});

describe('the choice', () => {
  it('is one of those that were sent the fewest times, and a run as long as they are', () => {
    expect(choose(candidates([2, 1, 1, 1, 2]), 10, () => 0.5)).toEqual({ first: 1, count: 3 });
    expect(choose(candidates([2, 1, 1, 1, 2]), 2, () => 0)).toEqual({ first: 1, count: 2 });
    expect(choose(candidates([2, 1, 1, 1, 2]), 2, () => 0.99)).toEqual({ first: 3, count: 1 });
  });

  it('falls on each stretch of a tie by chance, and cuts none', () => {
    const all = candidates(new Array(8).fill(0));
    const firsts = new Set<number>();
    for (let chance = 0; chance < 1; chance += 0.05) firsts.add(choose(all, 2, () => chance)?.first ?? -1);
    expect([...firsts].sort()).toEqual([0, 2, 4, 6]);
  });

  it('is nothing where nothing is here', () => {
    expect(choose(candidates([-1, -1]), 2, () => 0)).toBeUndefined();
    expect(choose(candidates([], []), 2, () => 0)).toBeUndefined();
  });

  it('is always a run of pieces that are here, were asked for, and were sent the fewest times', () => {
    const runs = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 4 }))).map((parts) => {
      let at = 0;
      return parts.map(([gap, count]) => {
        const run = { first: at + gap, count };
        at += gap + count;
        return run;
      });
    });
    const counts = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 60, maxLength: 60 });
    const chance = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(runs, counts, fc.integer({ min: 1, max: 5 }), chance, (of, sent, most, random) => {
        const asked = of.flatMap(({ first, count }) => Array.from({ length: count }, (_, step) => first + step));
        const here = asked.filter((piece) => (sent[piece] ?? -1) >= 0);
        const least = Math.min(...here.map((piece) => sent[piece] ?? 0));
        const run = choose(candidates(sent, of), most, () => random);
        expect(run === undefined).toBe(here.length === 0);
        if (run === undefined) return;
        expect(run.count).toBeGreaterThan(0);
        expect(run.count).toBeLessThanOrEqual(most);
        for (let piece = run.first; piece < run.first + run.count; piece++) {
          expect([asked.includes(piece), sent[piece]]).toEqual([true, least]);
        }
      }),
    );
  });

  it('among a quarter of a million pieces takes a few milliseconds', () => {
    const sent = new Uint16Array(262_144).fill(1);
    sent[200_000] = 0;
    const all = { of: [{ first: 0, count: sent.length }], has: () => true, sent: (piece: number) => sent[piece] ?? 0 };
    const before = performance.now();
    for (let round = 0; round < 5; round++) expect(choose(all, 100, Math.random)).toEqual({ first: 200_000, count: 1 });
    expect((performance.now() - before) / 5).toBeLessThan(50);
  });
});
