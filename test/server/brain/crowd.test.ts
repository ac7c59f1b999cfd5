import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Crowd } from '../../../src/server/brain/crowd.ts';
import type { Session } from '../../../src/server/brain/sessions.ts';
import { seededRandom } from '../../support/random.ts';
import { reachedSessions } from '../support/sessions.ts';

const digits = '0123456789abcdef';
const all = (): boolean => true;

/** `machines` says how many sessions there are at each address; `keyOf` the key of each. */
function filled(machines: Record<string, number>, keyOf: (at: number) => string): { crowd: Crowd; all: Session[] } {
  const addresses = Object.entries(machines).flatMap(([address, count]) => Array<string>(count).fill(address));
  const sessions = reachedSessions(addresses.length, (at) => ({ key: keyOf(at), address: addresses[at] ?? '' }));
  const crowd = new Crowd();
  for (const session of sessions) crowd.put(session, session.address);
  return { crowd, all: sessions };
}

const addressesOf = (sessions: readonly Session[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { address } of sessions) counts.set(address, (counts.get(address) ?? 0) + 1);
  return counts;
};

describe('a draw of a crowd', () => {
  it('names a key once at an address, however many sessions it has there', () => {
    const { crowd } = filled({ busy: 300, other: 1 }, () => 'a');
    expect(addressesOf(crowd.draw(50, seededRandom(1), all))).toEqual(
      new Map([
        ['busy', 1],
        ['other', 1],
      ]),
    );
  });

  it('names a key at each of its addresses', () => {
    const { crowd } = filled({ one: 1, two: 1, three: 1 }, () => 'a');
    expect(crowd.draw(50, seededRandom(1), all)).toHaveLength(3);
  });

  it('leaves out nobody elsewhere for a machine of many keys', () => {
    const { crowd } = filled({ busy: 16, one: 1, two: 1, three: 1 }, (at) => digits[at] ?? 'a');
    for (let seed = 0; seed < 50; seed++) {
      const counts = addressesOf(crowd.draw(4, seededRandom(seed), all));
      expect([...counts].sort()).toEqual([
        ['busy', 1],
        ['one', 1],
        ['three', 1],
        ['two', 1],
      ]);
    }
  });

  it('names all who are on one machine, where each has a key of its own', () => {
    const { crowd } = filled({ '127.0.0.1': 16 }, (at) => digits[at] ?? '');
    expect(new Set(crowd.draw(50, seededRandom(1), all)).size).toBe(16);
  });

  it('fills up with others of the same machines, in turn', () => {
    const { crowd } = filled({ one: 8, two: 8 }, (at) => digits[at] ?? '');
    expect([...addressesOf(crowd.draw(10, seededRandom(1), all)).values()]).toEqual([5, 5]);
  });

  it('names each of many machines about as often as another, and each of its keys', () => {
    const { crowd, all: sessions } = filled({ one: 2, two: 2, three: 2, four: 2 }, (at) => digits[at] ?? '');
    const random = seededRandom(1);
    const times = new Map<Session, number>();
    for (let draw = 0; draw < 4000; draw++) {
      for (const session of crowd.draw(2, random, all)) times.set(session, (times.get(session) ?? 0) + 1);
    }
    for (const session of sessions) {
      expect(times.get(session)).toBeGreaterThan(900);
      expect(times.get(session)).toBeLessThan(1100);
    }
  });
});

test('a draw has as many that fit as were asked for, or all there are, each once, where every key is another', () => {
  const place = fc.constantFrom('one', 'two', 'three', 'four');
  fc.assert(
    fc.property(fc.array(place, { maxLength: 16 }), fc.nat(20), fc.nat(), (places, count, seed) => {
      const sessions = reachedSessions(places.length, (at) => ({ key: digits[at] ?? '', address: places[at] ?? '' }));
      const crowd = new Crowd();
      for (const session of sessions) crowd.put(session, session.address);
      const fits = ({ id }: Session): boolean => id % 3 !== 0;
      const drawn = crowd.draw(count, seededRandom(seed), fits);
      expect(new Set(drawn).size).toBe(drawn.length);
      expect(drawn.every(fits)).toBe(true);
      expect(drawn.length).toBe(Math.min(count, sessions.filter(fits).length));
    }),
  );
});

test('a crowd is empty once all that were put in are taken out, wherever they moved', () => {
  const { crowd, all: sessions } = filled({ one: 5, two: 5 }, (at) => digits[at] ?? '');
  for (const session of sessions) crowd.put(session, 'three');
  expect(crowd.size).toBe(10);
  for (const session of sessions) crowd.delete(session);
  expect(crowd.size).toBe(0);
  expect(crowd.draw(50, seededRandom(1), all)).toEqual([]);
});
