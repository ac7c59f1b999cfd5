import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Claim } from '../../../../src/client/sharing/serve/claim.ts';
import type { Downloader } from '../../../../src/client/sharing/serve/downloader.ts';
import type { TurnRules } from '../../../../src/client/sharing/serve/turnRules.ts';
import { Turns } from '../../../../src/client/sharing/serve/turns.ts';

const rules: TurnRules = {
  slots: 2,
  uploads: 6,
  uploadsOfAddress: 4,
  uploadsOfOne: 3,
  lendAfterMs: 1000,
  stalledMs: 60_000,
  yieldAfterMs: 5000,
  keepPlaceMs: 5000,
  keptPlaces: 4,
};
let turns: Turns;

beforeEach(() => {
  turns = new Turns(rules);
});

/** Somebody at an address of his own, or at the one that is said: `key@address`. */
const who = (text: string): Downloader => {
  const [key = '', address = `at ${key}`] = text.split('@');
  return { key, address };
};
const enter = (text: string, now = 0): Claim => {
  const { claim } = { claim: undefined, ...turns.enter(who(text), 10, now) };
  if (claim === undefined) throw new Error(`${text} was turned away`);
  return claim;
};
/** Who has a slot after everybody was asked. */
const grant = (now = 0): Claim[] => {
  const granted: Claim[] = [];
  for (let claim = turns.next(now); claim !== undefined; claim = turns.next(now)) granted.push(claim);
  return granted;
};
/** Moves bytes, and lines up for more. */
const move = (claim: Claim, bytes: number, now = 0): void => {
  turns.handed(claim, bytes, now);
  turns.taken(claim, now);
  turns.want(claim);
};

describe('slots that are changed', () => {
  it('are filled at once where there are more', () => {
    const own = [enter('a'), enter('a'), enter('a')];
    expect(grant()).toEqual(own.slice(0, 2));
    turns.slots = 3;
    expect(grant()).toEqual(own.slice(2));
  });

  it('are left, where there are fewer, once what was given is taken, though nobody waits', () => {
    const [first, second] = [enter('a'), enter('b')];
    grant();
    turns.slots = 1;
    move(first, 1);
    expect([first.state, second.state, grant()]).toEqual(['waiting', 'moving', []]);
    move(second, 10);
    expect(second.state).toBe('waiting');
    expect(grant()).toEqual([first]);
    turns.leave(first);
    expect(grant()).toEqual([second]);
  });
});

describe('turns', () => {
  it('give a downloader who is alone all the slots', () => {
    const own = [enter('a'), enter('a'), enter('a')];
    expect(grant()).toEqual(own.slice(0, 2));
    expect(turns.waiting).toBe(1);
  });

  it('give each one slot where there are several, however many uploads he has', () => {
    const [first] = [enter('a'), enter('a'), enter('a')];
    const other = enter('b');
    expect(grant()).toEqual([first, other]);
    expect(grant()).toEqual([]);
  });

  it('go on without a change while nobody waits', () => {
    const alone = enter('a');
    grant();
    for (let count = 0; count < 5; count++) move(alone, 100);
    expect(alone.state).toBe('moving');
  });

  it('go to the next in the line when their bytes are used up, and not before', () => {
    const [a, b, c] = [enter('a'), enter('b'), enter('c')];
    grant();
    move(a, 9);
    expect(a.state).toBe('moving');
    move(a, 1);
    expect([a.state, grant()]).toEqual(['waiting', [c]]);
    move(b, 10);
    expect(grant()).toEqual([a]);
    move(c, 10);
    expect(grant()).toEqual([b]);
  });

  it('are taken from one who had several as soon as somebody else comes', () => {
    const [first, second] = [enter('a'), enter('a')];
    grant();
    const other = enter('b');
    expect(grant()).toEqual([]);
    move(first, 10);
    expect(grant()).toEqual([other]);
    move(second, 10);
    expect([second.state, grant()]).toEqual(['waiting', [first]]);
  });

  it('are lent out one second after a reader took his last byte, not earlier, and only while somebody waits', () => {
    const [a, b] = [enter('a'), enter('b')];
    grant();
    turns.handed(a, 1, 0);
    turns.lend(5000);
    expect(a.state).toBe('moving');
    const c = enter('c');
    turns.lend(999);
    expect(a.state).toBe('moving');
    turns.lend(1000);
    expect([a.state, b.state, grant()]).toEqual(['paused', 'moving', [c]]);
    turns.taken(a, 1000);
    turns.want(a);
    expect(a.state).toBe('waiting');
    turns.leave(b);
    expect(grant()).toEqual([a]);
  });

  it('say the place in the line', () => {
    const others = [enter('a'), enter('a'), enter('b')];
    grant();
    const [mine, second] = [enter('c'), enter('c')];
    const last = enter('d');
    expect(others.map(({ state }) => state)).toEqual(['moving', 'waiting', 'moving']);
    expect([mine, second, last].map((claim) => turns.place(claim))).toEqual([2, 4, 3]);
  });

  it('are refused beyond the uploads at once, with a place in the line', () => {
    for (const key of ['a', 'a', 'b', 'b', 'c', 'c']) enter(key);
    grant();
    expect(turns.enter(who('d'), 10, 0)).toEqual({ place: 4 });
    expect(turns.enter(who('e'), 10, 0)).toEqual({ place: 5 });
    expect(turns.underWay).toBe(6);
  });

  it('are refused beyond the uploads of one, and others are not', () => {
    for (let count = 0; count < 3; count++) enter('a');
    expect(turns.enter(who('a'), 10, 0)).toHaveProperty('place', expect.any(Number));
    expect(enter('b').state).toBe('waiting');
  });

  it('keep the place of one who was turned away until he comes back in time', () => {
    const [a, b] = [enter('a'), enter('b')];
    grant();
    const first = enter('c');
    expect(turns.turnAway(first, 0)).toBe(1);
    const later = enter('d', 100);
    expect(turns.place(later)).toBe(2);
    const back = enter('c', 4999);
    expect([turns.place(back), turns.place(later)]).toEqual([1, 2]);
    turns.leave(a);
    expect(grant()).toEqual([back]);
    turns.leave(b);
    expect(grant()).toEqual([later]);
  });

  it('pass over one who is away, and forget him after a while', () => {
    const [a] = [enter('a'), enter('b')];
    grant();
    turns.turnAway(enter('c'), 0);
    const later = enter('d');
    turns.leave(a);
    expect(grant()).toEqual([later]);
    const late = enter('c', 5000);
    expect(enter('e', 5000).state).toBe('waiting');
    expect(turns.place(late)).toBe(1);
  });

  it('keep a place for one who was refused: nobody new gets before him', () => {
    const full = ['a', 'a', 'b', 'b', 'c', 'c'].map((key) => enter(key));
    expect(turns.enter(who('d'), 10, 0)).toHaveProperty('place', expect.any(Number));
    for (const claim of full.slice(0, 1)) turns.leave(claim);
    expect(turns.enter(who('e'), 10, 1)).toHaveProperty('place', expect.any(Number));
    expect(enter('d', 2).state).toBe('waiting');
  });

  it('keep a bounded number of places', () => {
    for (const key of ['a', 'a', 'b', 'b', 'c', 'c']) enter(key);
    for (let count = 0; count < 20; count++) turns.enter(who(`other ${count}`), 10, count);
    const last = turns.enter(who('last'), 10, 100);
    expect(last.place).toBeLessThanOrEqual(6 + rules.keptPlaces + 1);
  });
});

describe('places', () => {
  /** Fills them, with their first turns at 0. */
  const fill = (...those: string[]): Claim[] => {
    const claims = those.map((text) => enter(text));
    for (const claim of claims) claim.begunAt = 0;
    return claims;
  };
  /** Which of them had to go. */
  const cutOf = (claims: readonly Claim[]): number[] =>
    claims.flatMap(({ state }, index) => (state === 'cut' ? [index] : []));
  const refused = { place: expect.any(Number) };

  it('are bounded for an address, however many keys it has, and not for loopback', () => {
    for (const key of ['a', 'b', 'c', 'd']) enter(`${key}@one`);
    expect(turns.enter(who('e@one'), 10, 0)).toEqual(refused);
    enter('f@two');
    turns = new Turns(rules);
    for (const key of ['a', 'b', 'c', 'd', 'e']) enter(`${key}@127.0.0.1`);
    enter('f@::1');
  });

  it('are not kept for an address that has all it may have: others come in at once', () => {
    for (const key of ['a', 'b', 'c', 'd']) enter(`${key}@one`);
    for (const key of ['e', 'f', 'g', 'h']) expect(turns.enter(who(`${key}@one`), 10, 0)).toEqual(refused);
    expect(enter('i@two').state).toBe('waiting');
  });

  it('go to a newcomer: the slowest upload of the address that has most is cut', () => {
    const claims = fill('a@one', 'b@one', 'b@one', 'c@one', 'd@two', 'e@three');
    for (const [index, bytes] of [9, 5, 1, 0, 0, 0].entries()) {
      const [claim] = claims.slice(index);
      if (claim !== undefined) move(claim, bytes, 4000);
    }
    expect(turns.enter(who('f@four'), 10, 5000)).toMatchObject({ cut: claims[2] });
    expect([cutOf(claims), turns.underWay]).toEqual([[2], 6]);
  });

  it('go to a newcomer whose upload is old enough to be cut, and not a millisecond before', () => {
    const claims = fill('a@one', 'a@one', 'a@one', 'b@two', 'c@three', 'd@four');
    for (const claim of claims) claim.begunAt = 1;
    expect(turns.enter(who('e@five'), 10, 5000)).toEqual(refused);
    expect(turns.enter(who('e@five'), 10, 5001)).toHaveProperty('claim.state', 'waiting');
    expect(cutOf(claims)).toEqual([0]);
  });

  it('stay with whoever would have fewer than the newcomer', () => {
    const claims = fill('a', 'a', 'b', 'b', 'c', 'c');
    expect(turns.enter(who('d'), 10, 9000)).toHaveProperty('claim.state', 'waiting');
    expect(cutOf(claims)).toEqual([0]);
    expect(turns.enter(who('d'), 10, 9000)).toEqual(refused);
    turns = new Turns(rules);
    const fair = fill('a', 'b', 'c', 'd', 'e', 'f');
    expect(turns.enter(who('g'), 10, 9000)).toEqual(refused);
    expect(cutOf(fair)).toEqual([]);
  });

  it('go to another key of an address that has most, or all it may have', () => {
    const all = fill(...['a', 'a', 'a', 'b', 'b', 'c'].map((key) => `${key}@127.0.0.1`));
    turns.enter(who('d@127.0.0.1'), 10, 9000);
    expect(cutOf(all)).toEqual([0]);
    turns = new Turns(rules);
    const half = fill('a@one', 'a@one', 'b@one', 'b@one', 'c@two');
    expect(turns.enter(who('b@one'), 10, 9000)).toEqual(refused);
    expect(turns.enter(who('d@one'), 10, 9000)).toHaveProperty('claim.state', 'waiting');
    expect(cutOf(half)).toEqual([0]);
  });

  it('go from a reader who took nothing for a minute, even where he has no other', () => {
    const claims = fill('a', 'b', 'c', 'd', 'e', 'f');
    for (const claim of claims) turns.handed(claim, 1, 0);
    for (const claim of claims.slice(1)) move(claim, 1, 1);
    turns.handed(claims[3] ?? enter('nobody'), 1, 1);
    expect(turns.enter(who('g'), 10, 59_999)).toEqual(refused);
    expect(turns.enter(who('g'), 10, 60_000)).toHaveProperty('claim.state', 'waiting');
    expect(turns.enter(who('h'), 10, 60_001)).toHaveProperty('claim.state', 'waiting');
    expect(cutOf(claims)).toEqual([0, 3]);
  });

  it('are given to no more newcomers than there are uploads while nobody who was cut is gone', () => {
    const attack = (): void => {
      for (const count of [0, 1, 2]) enter(`greedy ${count}@one`).begunAt = 0;
    };
    fill('a', 'b', 'c');
    attack();
    const cut: Claim[] = [];
    for (let count = 0; count < rules.uploads; count++) {
      const { claim, cut: gone } = { claim: undefined, cut: undefined, ...turns.enter(who('new'), 10, 9000) };
      if (claim === undefined || gone === undefined) throw new Error('nobody made room');
      cut.push(gone);
      turns.leave(claim);
      enter('greedy again@one').begunAt = 0;
    }
    expect(turns.enter(who('new'), 10, 9000)).toEqual(refused);
    for (const claim of cut.slice(0, 1)) turns.leave(claim);
    expect(turns.enter(who('new'), 10, 9000)).toHaveProperty('claim.state', 'waiting');
  });

  it('that are kept are taken in the order of coming: nobody overtakes by asking more often', () => {
    const full = fill('a', 'b', 'c', 'd', 'e', 'f');
    for (const key of ['first', 'second']) expect(turns.enter(who(key), 10, 0)).toEqual(refused);
    for (const claim of full.slice(0, 1)) turns.leave(claim);
    expect(turns.enter(who('second'), 10, 100)).toEqual(refused);
    expect(turns.enter(who('second'), 10, 4999)).toEqual(refused);
    expect(turns.enter(who('second'), 10, 5000)).toHaveProperty('claim.state', 'waiting');
  });

  it('of one who was cut and comes back are like those of anybody', () => {
    const [first] = fill('a', 'a', 'b', 'c', 'd', 'e');
    if (first === undefined) throw new Error('none');
    enter('f', 9000);
    turns.leave(first);
    turns.leave(first);
    expect(turns.enter(who('a'), 10, 9000)).toEqual(refused);
    expect(turns.underWay).toBe(6);
  });
});

type Step = { which: number; act: 'enter' | 'move' | 'stall' | 'leave' | 'time' };

describe('whatever happens', () => {
  const step: fc.Arbitrary<Step> = fc.record({
    which: fc.nat(11),
    act: fc.constantFrom('enter', 'enter', 'move', 'move', 'stall', 'leave', 'time'),
  });

  it('no more slots are used than there are, and nobody waits while one could be had', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (steps, slots) => {
        turns = new Turns({ ...rules, slots });
        const open: Claim[] = [];
        const cut: Claim[] = [];
        let now = 0;
        for (const { which, act } of steps) {
          const claim = open[which % Math.max(1, open.length)];
          if (act === 'enter') {
            const entered = turns.enter(who(`caller ${which % 4}@${which % 3}`), 10, now);
            if (entered.place !== undefined) expect(entered.place).toBeGreaterThan(0);
            else {
              open.push(entered.claim);
              if (entered.cut !== undefined) cut.push(...open.splice(open.indexOf(entered.cut), 1));
            }
          } else if (act === 'time') {
            now += 600;
            turns.lend(now);
          } else if (claim !== undefined && act === 'leave') {
            turns.leave(claim);
            open.splice(open.indexOf(claim), 1);
          } else if (claim?.state === 'moving') {
            turns.handed(claim, 7, now);
            if (act === 'move') turns.taken(claim, now);
          } else if (claim !== undefined) {
            turns.taken(claim, now);
            turns.want(claim);
          }
          if (act === 'leave' && cut.length > 3) for (const gone of cut.splice(0)) turns.leave(gone);
          grant(now);
          const moving = open.filter(({ state }) => state === 'moving');
          const waiting = open.filter(({ state }) => state === 'waiting');
          expect(moving.length).toBeLessThanOrEqual(slots);
          expect(turns.underWay).toBe(open.length);
          expect(turns.underWay).toBeLessThanOrEqual(rules.uploads);
          for (const address of ['0', '1', '2']) {
            const own = open.filter((other) => other.address === address);
            expect(own.length).toBeLessThanOrEqual(rules.uploadsOfAddress);
          }
          expect(turns.waiting).toBe(waiting.length);
          const without = waiting.some(({ caller }) => !moving.some((other) => other.caller === caller));
          if (without) expect(moving.length).toBe(slots);
        }
        for (const claim of [...open, ...cut]) turns.leave(claim);
        expect([turns.underWay, turns.waiting]).toEqual([0, 0]);
      }),
    );
  });

  it('downloaders who all want bytes get as many as each other, but for a turn', () => {
    const uploadsOf = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(uploadsOf, fc.integer({ min: 1, max: 3 }), (counts, slots) => {
        turns = new Turns({ ...rules, slots, uploads: 64 });
        for (const [which, count] of counts.entries()) {
          for (let upload = 0; upload < count; upload++) enter(`caller ${which}`);
        }
        const got = new Map<string, number>();
        const moving = grant();
        for (let step = 0; step < 600; step++) {
          const claim = moving.shift();
          if (claim === undefined) throw new Error('nobody moves');
          got.set(claim.caller.key, (got.get(claim.caller.key) ?? 0) + 5);
          move(claim, 5);
          moving.push(...grant(), ...(claim.state === 'moving' ? [claim] : []));
        }
        const all = [...got.values()];
        expect(all.length).toBe(counts.length);
        expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(20);
      }),
    );
  });
});
