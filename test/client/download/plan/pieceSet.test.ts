import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf } from '../../../../src/base/layout.ts';
import { nextIn, nextOut, PieceSet, runsIn } from '../../../../src/client/download/plan/pieceSet.ts';

const count = 100;
const pieces = fc.uniqueArray(fc.nat(count - 1));

function setOf(members: readonly number[]): PieceSet {
  const set = new PieceSet(count);
  for (const piece of members) set.add(piece);
  return set;
}

test('a selection is what is in each set and not in the one without', () => {
  fc.assert(
    fc.property(pieces, pieces, pieces, fc.nat(count - 1), (one, other, without, from) => {
      const selection = { all: [setOf(one), setOf(other)], without: setOf(without) };
      const selected = (piece: number): boolean =>
        one.includes(piece) && other.includes(piece) && !without.includes(piece);
      const rest = Array.from({ length: count - from }, (_, index) => from + index);
      expect(nextIn(selection, from)).toBe(rest.find(selected) ?? count);
      expect(nextOut(selection, from)).toBe(rest.find((piece) => !selected(piece)) ?? count);
    }),
  );
});

test('a run is added and deleted as its pieces one by one', () => {
  fc.assert(
    fc.property(pieces, fc.nat(count - 1), fc.nat(count), fc.boolean(), (members, first, most, add) => {
      const run = { first, count: Math.min(most, count - first) };
      const set = setOf(members);
      const naive = setOf(members);
      if (add) set.addRun(run);
      else set.deleteRun(run);
      for (let piece = first; piece < first + run.count; piece++) {
        if (add) naive.add(piece);
        else naive.delete(piece);
      }
      expect(set.words).toEqual(naive.words);
      for (let piece = 0; piece < count; piece++) {
        const inside = piece >= first && piece < first + run.count;
        expect(set.has(piece)).toBe(inside ? add : members.includes(piece));
      }
    }),
  );
});

test('the runs of a set are its pieces, sorted and apart', () => {
  fc.assert(
    fc.property(pieces, (members) => {
      expect([...runsIn(setOf(members))]).toEqual(runsOf([...members].sort((a, b) => a - b)));
    }),
  );
});

test('nothing is selected of no pieces', () => {
  const selection = { all: [new PieceSet(0)] };
  expect(nextIn(selection, 0)).toBe(0);
  expect(nextOut(selection, 0)).toBe(0);
});
