import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../../../src/base/ids.ts';
import { resourceName, userName } from '../../../../src/base/names.ts';
import type { Owner } from '../../../../src/base/roll.ts';
import { type FaultKind, OwnerFault } from '../../../../src/client/download/plan/faults.ts';
import { Roster } from '../../../../src/client/download/plan/roster.ts';

const owner = (user: string, digit: string, ticket = 'old'): Owner => ({
  user: userName(user),
  address: `10.0.0.${digit}`,
  port: 7000,
  fingerprint: fingerprint(digit.repeat(64)),
  state: 'alive',
  name: resourceName('x'),
  modified: 0,
  ticket,
});
const bob = owner('Bob', '1');
const sally = owner('Sally', '2');
const carol = owner('Carol', '3');
const fault = (kind: FaultKind, retryAfterMs?: number): OwnerFault => new OwnerFault(kind, kind, { retryAfterMs });
const middle = (): number => 0.5;

/** Everybody fails so. */
function allFail(roster: Roster, kind: FaultKind): void {
  for (let next = roster.next(); next !== undefined; next = roster.next()) roster.failed(next, fault(kind));
}

/** Rounds of everybody failing so until it gives up; the waits in between. */
function waits(roster: Roster, kind: FaultKind, owners: readonly Owner[]): number[] {
  const all: number[] = [];
  while (all.length < 100) {
    allFail(roster, kind);
    const exhausted = roster.exhausted(0, middle);
    if (exhausted.next === 'give-up') return all;
    all.push(exhausted.waitMs);
    roster.refresh(owners);
  }
  return all;
}

describe('a roster', () => {
  test('names the owners in their order, each until it fails', () => {
    const roster = new Roster([bob, sally]);
    expect(roster.next()).toBe(bob);
    expect(roster.next()).toBe(bob);
    roster.failed(bob, fault('unreachable'));
    expect(roster.next()).toBe(sally);
    roster.failed(sally, fault('cut'));
    expect(roster.next()).toBeUndefined();
  });

  test('knows whether somebody else could be asked', () => {
    const roster = new Roster([bob, sally]);
    expect(roster.hasOther(bob)).toBe(true);
    roster.failed(sally, fault('unreachable'));
    expect(roster.hasOther(bob)).toBe(false);
  });

  test('waits 1, 3 and 8 seconds for those who cannot be reached, then gives up', () => {
    expect(waits(new Roster([bob, sally]), 'unreachable', [bob, sally])).toEqual([1000, 3000, 8000]);
  });

  test('spreads its waits over a quarter of them', () => {
    const wait = (random: number): unknown => {
      const roster = new Roster([bob]);
      allFail(roster, 'cut');
      return roster.exhausted(0, () => random);
    };
    expect(wait(0)).toEqual({ next: 'ask', waitMs: 750 });
    expect(wait(0.999_999)).toMatchObject({ waitMs: expect.closeTo(1250, 0) });
  });

  test.each(['refused', 'missing', 'changed', 'bad'] as const)(
    'asks the roll once more, at once, where every owner says %s',
    (kind) => {
      expect(waits(new Roster([bob, sally]), kind, [bob, sally])).toEqual([0]);
    },
  );

  test('has its patience back after a good piece', () => {
    const roster = new Roster([bob]);
    expect(waits(roster, 'cut', [bob])).toHaveLength(3);
    roster.refresh([bob]);
    roster.progressed();
    expect(waits(roster, 'cut', [bob])).toHaveLength(3);
  });

  test('stands in line for a busy owner as long as it says, for five minutes', () => {
    const roster = new Roster([bob]);
    let now = 0;
    let rounds = 0;
    for (; rounds < 1000; rounds++) {
      roster.failed(bob, fault('busy', 10_000));
      const exhausted = roster.exhausted(now, () => 0);
      if (exhausted.next === 'give-up') break;
      expect(exhausted.waitMs).toBe(10_000);
      now += exhausted.waitMs;
      roster.refresh([bob]);
    }
    expect(now).toBe(300_000);
  });

  test.each([
    [1, 1000],
    [3_600_000, 30_000],
    [undefined, 1000],
  ])('comes back to an owner that is busy for %s ms after %i ms', (asked, waitMs) => {
    const roster = new Roster([bob]);
    roster.failed(bob, fault('busy', asked));
    expect(roster.exhausted(0, () => 0)).toEqual({ next: 'ask', waitMs });
  });

  test('takes new tickets, puts new owners after the known, and those whom the roll lost last', () => {
    const roster = new Roster([bob, sally]);
    allFail(roster, 'unreachable');
    roster.refresh([carol, owner('Sally', '2', 'new')]);
    const order: Owner[] = [];
    for (let next = roster.next(); next !== undefined; next = roster.next()) {
      order.push(next);
      roster.failed(next, fault('cut'));
    }
    expect(order.map(({ user, ticket }) => `${user} ${ticket}`)).toEqual(['Sally new', 'Carol old', 'Bob old']);
  });

  test('never names a banned key again, whatever its address', () => {
    const roster = new Roster([bob]);
    roster.failed(bob, fault('bad'));
    roster.ban(bob);
    roster.refresh([{ ...bob, address: '10.0.0.99' }]);
    expect(roster.next()).toBeUndefined();
  });

  test('counts the bad pieces of a key', () => {
    const roster = new Roster([bob]);
    expect([roster.badPiece(bob), roster.badPiece({ ...bob, port: 1 }), roster.badPiece(sally)]).toEqual([1, 2, 1]);
  });
});

describe('the verdict', () => {
  const verdict = (kinds: readonly FaultKind[], kept: number): string => {
    const roster = new Roster([bob, sally]);
    roster.failed(bob, fault(kinds[0] ?? 'cut'));
    roster.failed(sally, fault(kinds[1] ?? 'cut'));
    for (const one of [bob, sally]) {
      if (roster.faults().some(({ owner: who, fault: what }) => who === one && what.kind === 'bad')) roster.ban(one);
    }
    return roster.verdict(kept);
  };

  test.each([
    [['unreachable', 'unreachable'], 0, 'unreachable'],
    [['unreachable', 'cut'], 1, 'unfinished'],
    [['bad', 'bad'], 0, 'bad-content'],
    [['bad', 'bad'], 1, 'bad-content'],
    [['bad', 'unreachable'], 0, 'unreachable'],
    [['changed', 'changed'], 1, 'changed'],
    [['changed', 'missing'], 0, 'unreachable'],
    [['refused', 'refused'], 0, 'refused'],
    [['refused', 'refused'], 1, 'unfinished'],
    [['missing', 'missing'], 0, 'not-found'],
  ] as const)('on %j with %i bytes kept is %s', (kinds, kept, code) => {
    expect(verdict(kinds, kept)).toBe(code);
  });

  test('on nobody at all is unreachable', () => {
    expect(new Roster([]).verdict(0)).toBe('unreachable');
  });
});
