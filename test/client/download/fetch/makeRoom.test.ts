import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../../../src/base/ids.ts';
import { makeRoom, never, type Sitting, type Waiting } from '../../../../src/client/download/fetch/makeRoom.ts';

interface Sat extends Sitting {
  name: string;
  works: boolean;
}

const now = 100_000;
const seat = (name: string, is: Sat['is'], idleMs: number, more: Partial<Sat> = {}): Sat => ({
  name,
  is,
  closing: false,
  works: false,
  idleSince: now - idleMs,
  ...more,
});
const waits = (is: Waiting['is'], leftAt = never): Waiting => ({
  is,
  leftAt,
  owner: { address: '10.0.0.1', port: 7000, fingerprint: fingerprint('a'.repeat(64)), ticket: '' },
});
const work = (seats: readonly Sat[]) => ({ has: (one: Sat) => one.works, none: !seats.some(({ works }) => works) });
const leaving = (seats: readonly Sat[], waiting: readonly Waiting[]): string[] =>
  makeRoom(seats, waiting, work(seats), now).map(({ name }) => name);
const busy = seat('busy', 'partial', 0, { works: true });

describe('room is made', () => {
  test('by nobody where nobody waits', () => {
    expect(leaving([seat('a', 'partial', 99_999)], [])).toEqual([]);
  });

  test('for an owner of all by the owner of a part that has done nothing for longest, after a second', () => {
    const seats = [busy, seat('a', 'partial', 1000), seat('b', 'partial', 1001), seat('whole', 'whole', 90_000)];
    expect(leaving(seats, [waits('whole')])).toEqual(['b']);
    expect(leaving([busy, seat('a', 'partial', 999)], [waits('whole')])).toEqual([]);
  });

  test('by as many as wait, less those who are on their way out', () => {
    const seats = [
      seat('out', 'partial', 5000, { closing: true }),
      seat('a', 'partial', 4000),
      seat('b', 'partial', 4000),
    ];
    expect(leaving(seats, [waits('whole')])).toEqual([]);
    expect(leaving(seats, [waits('whole'), waits('whole')])).toEqual(['a']);
  });

  test('never by one who works', () => {
    expect(leaving([{ ...busy, idleSince: 0 }], [waits('whole'), waits('partial')])).toEqual([]);
  });

  test.each([
    ['nobody works', [], never, 3000],
    ['nobody works', [], now - 30_000, 3000],
    ['nobody works', [], now - 29_999, 30_000],
    ['others work', [busy], never, 30_000],
  ])('where %s (%j), for one that left at %i after %i ms', (_, others, leftAt, idleMs) => {
    const waiting = [waits('partial', leftAt)];
    expect(leaving([...others, seat('a', 'partial', idleMs - 1)], waiting)).toEqual([]);
    expect(leaving([...others, seat('a', 'partial', idleMs)], waiting)).toEqual(['a']);
    expect(leaving([...others, seat('a', 'whole', idleMs - 1)], waiting)).toEqual([]);
    expect(leaving([...others, seat('a', 'whole', idleMs)], waiting)).toEqual(['a']);
  });
});

const anySeat = fc.record({
  name: fc.string(),
  is: fc.constantFrom('whole' as const, 'partial' as const),
  closing: fc.boolean(),
  works: fc.boolean(),
  idleSince: fc.integer({ min: 0, max: now }),
});
const anyWaiting = fc
  .array(fc.tuple(fc.constantFrom('whole' as const, 'partial' as const), fc.integer({ min: 0, max: now })), {
    maxLength: 20,
  })
  .map((all) => all.map(([is, leftAt]) => waits(is, leftAt)));

test('whoever sits and waits, no more leave than wait, nobody who works or was not idle for a second', () => {
  fc.assert(
    fc.property(fc.array(anySeat, { maxLength: 20 }), anyWaiting, (seats, waiting) => {
      const out = makeRoom(seats, waiting, work(seats), now);
      const closing = seats.filter((one) => one.closing).length;
      expect(out.length).toBeLessThanOrEqual(Math.max(0, waiting.length - closing));
      expect(new Set(out).size).toBe(out.length);
      for (const one of out) {
        expect([one.works, one.closing]).toEqual([false, false]);
        expect(now - one.idleSince).toBeGreaterThanOrEqual(1000);
      }
    }),
  );
});
