import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Claim, type TurnRules, Turns } from '../../../../src/client/sharing/serve/turns.ts';

const rules: TurnRules = {
  slots: 2,
  uploads: 6,
  uploadsOfOne: 3,
  lendAfterMs: 1000,
  keepPlaceMs: 5000,
  keptPlaces: 4,
};
let turns: Turns;

beforeEach(() => {
  turns = new Turns(rules);
});

const enter = (key: string, now = 0): Claim => {
  const { claim } = { claim: undefined, ...turns.enter(key, 10, now) };
  if (claim === undefined) throw new Error(`${key} was turned away`);
  return claim;
};
/** Who has a slot after everybody was asked. */
const grant = (): Claim[] => {
  const granted: Claim[] = [];
  for (let claim = turns.next(); claim !== undefined; claim = turns.next()) granted.push(claim);
  return granted;
};
/** Moves bytes, and lines up for more. */
const move = (claim: Claim, bytes: number, now = 0): void => {
  turns.handed(claim, bytes, now);
  turns.taken(claim);
  turns.want(claim);
};

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
    turns.taken(a);
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
    expect(turns.enter('d', 10, 0)).toEqual({ place: 4 });
    expect(turns.enter('e', 10, 0)).toEqual({ place: 5 });
    expect(turns.underWay).toBe(6);
  });

  it('are refused beyond the uploads of one, and others are not', () => {
    for (let count = 0; count < 3; count++) enter('a');
    expect(turns.enter('a', 10, 0)).toHaveProperty('place');
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
    expect(turns.enter('d', 10, 0)).toHaveProperty('place');
    for (const claim of full.slice(0, 1)) turns.leave(claim);
    expect(turns.enter('e', 10, 1)).toHaveProperty('place');
    expect(enter('d', 2).state).toBe('waiting');
  });

  it('keep a bounded number of places', () => {
    for (const key of ['a', 'a', 'b', 'b', 'c', 'c']) enter(key);
    for (let count = 0; count < 20; count++) turns.enter(`other ${count}`, 10, count);
    const last = turns.enter('last', 10, 100);
    expect(last.place).toBeLessThanOrEqual(6 + rules.keptPlaces + 1);
  });
});

type Step = { who: number; act: 'enter' | 'move' | 'stall' | 'leave' | 'time' };

describe('whatever happens', () => {
  const step: fc.Arbitrary<Step> = fc.record({
    who: fc.nat(11),
    act: fc.constantFrom('enter', 'enter', 'move', 'move', 'stall', 'leave', 'time'),
  });

  it('no more slots are used than there are, and nobody waits while one could be had', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (steps, slots) => {
        turns = new Turns({ ...rules, slots });
        const open: Claim[] = [];
        let now = 0;
        for (const { who, act } of steps) {
          const claim = open[who % Math.max(1, open.length)];
          if (act === 'enter') {
            const entered = turns.enter(`caller ${who % 4}`, 10, now);
            if (entered.place === undefined) open.push(entered.claim);
            else expect(entered.place).toBeGreaterThan(0);
          } else if (act === 'time') {
            now += 600;
            turns.lend(now);
          } else if (claim !== undefined && act === 'leave') {
            turns.leave(claim);
            open.splice(open.indexOf(claim), 1);
          } else if (claim?.state === 'moving') {
            turns.handed(claim, 7, now);
            if (act === 'move') turns.taken(claim);
          } else if (claim !== undefined) {
            turns.taken(claim);
            turns.want(claim);
          }
          grant();
          const moving = open.filter(({ state }) => state === 'moving');
          const waiting = open.filter(({ state }) => state === 'waiting');
          expect(moving.length).toBeLessThanOrEqual(slots);
          expect(turns.underWay).toBe(open.length);
          expect(turns.waiting).toBe(waiting.length);
          const without = waiting.some(({ caller }) => !moving.some((other) => other.caller === caller));
          if (without) expect(moving.length).toBe(slots);
        }
        for (const claim of open) turns.leave(claim);
        expect([turns.underWay, turns.waiting]).toEqual([0, 0]);
      }),
    );
  });

  it('downloaders who all want bytes get as many as each other, but for a turn', () => {
    const uploadsOf = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(uploadsOf, fc.integer({ min: 1, max: 3 }), (counts, slots) => {
        turns = new Turns({ ...rules, slots, uploads: 64 });
        for (const [who, count] of counts.entries()) {
          for (let upload = 0; upload < count; upload++) enter(`caller ${who}`);
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
