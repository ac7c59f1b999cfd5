import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../../../src/base/ids.ts';
import { resourceName, userName } from '../../../../src/base/names.ts';
import type { Owner } from '../../../../src/base/roll.ts';
import { type FaultKind, OwnerFault } from '../../../../src/client/download/plan/faults.ts';
import { type AnyOwner, type Listed, ownerName } from '../../../../src/client/download/plan/owners.ts';
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
const whole = (...owners: readonly Owner[]): Listed[] => owners.map((one) => ({ owner: one, is: 'whole' }));
const partial = (...owners: readonly Owner[]): Listed[] =>
  owners.map(({ address, port, fingerprint: key, ticket }) => ({
    owner: { address, port, fingerprint: key, ticket },
    is: 'partial',
  }));
/** Who can be asked now. */
const available = (roster: Roster, now: number): AnyOwner[] => roster.available(now).map(({ owner: one }) => one);

/** Everybody fails so. */
function allFail(roster: Roster, kind: FaultKind): void {
  for (let next = roster.next(); next !== undefined; next = roster.next()) roster.failed(next, fault(kind), 0);
}

/** Rounds of everybody failing so until it gives up; the waits in between. */
function waits(roster: Roster, kind: FaultKind, owners: readonly Owner[]): number[] {
  const all: number[] = [];
  while (all.length < 100) {
    allFail(roster, kind);
    const exhausted = roster.exhausted(0, middle);
    if (exhausted.next === 'give-up') return all;
    all.push(exhausted.waitMs);
    roster.refresh(whole(...owners));
  }
  return all;
}

describe('a roster', () => {
  test('names the owners in their order, each until it fails', () => {
    const roster = new Roster(whole(bob, sally));
    expect(roster.next()).toBe(bob);
    expect(roster.next()).toBe(bob);
    roster.failed(bob, fault('unreachable'), 0);
    expect(roster.next()).toBe(sally);
    roster.failed(sally, fault('cut'), 0);
    expect(roster.next()).toBeUndefined();
  });

  test('knows whether somebody else could be asked', () => {
    const roster = new Roster(whole(bob, sally));
    expect(roster.hasOther(bob)).toBe(true);
    roster.failed(sally, fault('unreachable'), 0);
    expect(roster.hasOther(bob)).toBe(false);
  });

  test('waits 1, 3 and 8 seconds for those who cannot be reached, then gives up', () => {
    expect(waits(new Roster(whole(bob, sally)), 'unreachable', [bob, sally])).toEqual([1000, 3000, 8000]);
  });

  test('spreads its waits over a quarter of them', () => {
    const wait = (random: number): unknown => {
      const roster = new Roster(whole(bob));
      allFail(roster, 'cut');
      return roster.exhausted(0, () => random);
    };
    expect(wait(0)).toEqual({ next: 'ask', waitMs: 750 });
    expect(wait(0.999_999)).toMatchObject({ waitMs: expect.closeTo(1250, 0) });
  });

  test.each(['refused', 'missing', 'changed', 'bad'] as const)(
    'asks the roll once more, at once, where every owner says %s',
    (kind) => {
      expect(waits(new Roster(whole(bob, sally)), kind, [bob, sally])).toEqual([0]);
    },
  );

  test('has its patience back after a good piece', () => {
    const roster = new Roster(whole(bob));
    expect(waits(roster, 'cut', [bob])).toHaveLength(3);
    roster.refresh(whole(bob));
    roster.progressed(bob);
    expect(waits(roster, 'cut', [bob])).toHaveLength(3);
  });

  test('stands in line for a busy owner as long as it says, for five minutes', () => {
    const roster = new Roster(whole(bob));
    let now = 0;
    let rounds = 0;
    for (; rounds < 1000; rounds++) {
      roster.failed(bob, fault('busy', 10_000), now);
      const exhausted = roster.exhausted(now, () => 0);
      if (exhausted.next === 'give-up') break;
      expect(exhausted.waitMs).toBe(10_000);
      now += exhausted.waitMs;
      roster.refresh(whole(bob));
    }
    expect(now).toBe(300_000);
  });

  test.each([
    [1, 1000],
    [3_600_000, 30_000],
    [undefined, 1000],
  ])('comes back to an owner that is busy for %s ms after %i ms', (asked, waitMs) => {
    const roster = new Roster(whole(bob));
    roster.failed(bob, fault('busy', asked), 0);
    expect(roster.exhausted(0, () => 0)).toEqual({ next: 'ask', waitMs });
  });

  test('takes new tickets, puts new owners after the known, and those whom the roll lost last', () => {
    const roster = new Roster(whole(bob, sally));
    allFail(roster, 'unreachable');
    roster.refresh(whole(carol, owner('Sally', '2', 'new')));
    const order: AnyOwner[] = [];
    for (let next = roster.next(); next !== undefined; next = roster.next()) {
      order.push(next);
      roster.failed(next, fault('cut'), 0);
    }
    expect(order.map((one) => `${ownerName(one)} ${one.ticket}`)).toEqual(['Sally new', 'Carol old', 'Bob old']);
  });

  test('never names a banned key again, whatever its address', () => {
    const roster = new Roster(whole(bob));
    roster.failed(bob, fault('bad'), 0);
    roster.ban(bob);
    roster.refresh(whole({ ...bob, address: '10.0.0.99' }));
    expect(roster.next()).toBeUndefined();
  });

  test('counts the bad pieces of a key', () => {
    const roster = new Roster(whole(bob));
    expect([roster.badPiece(bob), roster.badPiece({ ...bob, port: 1 }), roster.badPiece(sally)]).toEqual([1, 2, 1]);
  });
});

describe('while others are at work, an owner that failed', () => {
  const failing = (kind: FaultKind, times: number, retryAfterMs?: number): { roster: Roster; at: number } => {
    const roster = new Roster(whole(bob, sally));
    let at = 0;
    for (let time = 0; time < times; time++) {
      at = time * 100_000;
      roster.failed(bob, fault(kind, retryAfterMs), at);
      roster.progressed(sally);
      if (time < times - 1) expect(available(roster, at + 99_999)).toContain(bob);
    }
    return { roster, at };
  };

  test.each<[FaultKind, number, number | undefined, number]>([
    ['unreachable', 1, undefined, 1000],
    ['cut', 2, undefined, 3000],
    ['failed', 3, undefined, 8000],
    ['cut', 4, undefined, 30_000],
    ['slow', 1, undefined, 30_000],
    ['busy', 1, 7000, 7000],
    ['busy', 4, 7000, 30_000],
  ])('as %s for the %ith time, asking for %s ms, rests %i ms', (kind, times, retryAfterMs, restMs) => {
    const { roster, at } = failing(kind, times, retryAfterMs);
    expect(available(roster, at + restMs - 1)).toEqual([sally]);
    expect(available(roster, at + restMs)).toEqual([bob, sally]);
  });

  test('is back after 1, 3 and 8 s though nobody has brought anything since, and then rests on until somebody does', () => {
    const roster = new Roster(whole(bob, sally));
    let at = 0;
    for (const restMs of [1000, 3000, 8000]) {
      roster.failed(bob, fault('cut'), at);
      expect(available(roster, at + restMs - 1)).toEqual([sally]);
      at += restMs;
      expect(available(roster, at)).toEqual([bob, sally]);
    }
    roster.failed(bob, fault('cut'), at);
    expect(available(roster, at + 1_000_000)).toEqual([sally]);
    roster.progressed(sally);
    expect(available(roster, at + 1_000_000)).toEqual([bob, sally]);
  });

  test.each<[FaultKind, number, number]>([
    ['cut', 1, 1000],
    ['cut', 4, 8000],
    ['slow', 1, 8000],
    ['missing', 1, 1000],
    ['missing', 4, 8000],
  ])('as %s for the %ith time rests %i ms at most where those at work have nothing', (kind, times, restMs) => {
    const roster = new Roster(whole(bob, sally));
    for (let time = 0; time < times; time++) roster.failed(bob, fault(kind), 0);
    roster.rouse(whole(bob, sally), restMs - 1);
    expect(available(roster, 0)).toEqual([sally]);
    roster.rouse(whole(bob, sally), restMs);
    expect(available(roster, 0)).toEqual([bob, sally]);
  });

  test('rests as short as the first time once a piece of it was good', () => {
    const { roster } = failing('cut', 3);
    roster.progressed(bob);
    roster.failed(bob, fault('cut'), 500_000);
    roster.progressed(sally);
    expect(available(roster, 501_000)).toContain(bob);
  });

  test.each(['missing', 'changed', 'bad'] as const)('for good, as %s, has no other chance', (kind) => {
    const { roster } = failing(kind, 1);
    expect(available(roster, 1_000_000)).toEqual([sally]);
  });

  test('by refusing its ticket has one with a fresh ticket, and with none but that', () => {
    const roster = new Roster(whole(bob, sally));
    roster.failed(bob, fault('refused'), 0);
    roster.progressed(sally);
    roster.update(whole(bob, sally));
    expect(available(roster, 2000)).toEqual([sally]);
    const renewed = owner('Bob', '1', 'new');
    roster.update(whole(renewed, sally));
    expect(available(roster, 999)).toEqual([sally]);
    expect(available(roster, 1000)).toEqual([renewed, sally]);
  });
});

describe('owners of a part', () => {
  test('come after those who have it whole, whenever they are named', () => {
    const roster = new Roster(partial(bob));
    roster.update([...whole(sally), ...partial(carol)]);
    expect(roster.available(0).map(({ owner: one, is }) => [one.address, is])).toEqual([
      ['10.0.0.2', 'whole'],
      ['10.0.0.3', 'partial'],
      ['10.0.0.1', 'partial'],
    ]);
  });

  test('are no reason to leave a slow one who has it whole', () => {
    const roster = new Roster([...whole(bob), ...partial(sally)]);
    expect(roster.hasOther(bob)).toBe(false);
    expect(roster.hasOther(sally)).toBe(true);
  });

  test('are forgotten once they failed and the roll names them no more', () => {
    const roster = new Roster([...whole(bob), ...partial(sally, carol)]);
    roster.failed(bob, fault('cut'), 0);
    roster.failed(sally, fault('cut'), 0);
    roster.update(partial(carol));
    expect(roster.faults().map(({ owner: one }) => one)).toEqual([bob]);
    roster.progressed(carol);
    expect(available(roster, 1000)).toHaveLength(2);
  });

  test('that announce it whole are whole from then on', () => {
    const roster = new Roster(partial(bob));
    roster.update(whole(bob));
    expect(roster.available(0)).toMatchObject(whole(bob));
    expect(roster.next()).toBe(bob);
  });

  test('do not change what the failure of those who have it whole is called', () => {
    const roster = new Roster([...whole(bob), ...partial(sally)]);
    roster.failed(bob, fault('changed'), 0);
    roster.failed(sally, fault('cut'), 0);
    expect(roster.verdict(0)).toBe('changed');
  });
});

describe('the verdict', () => {
  const verdict = (kinds: readonly FaultKind[], kept: number): string => {
    const roster = new Roster(whole(bob, sally));
    roster.failed(bob, fault(kinds[0] ?? 'cut'), 0);
    roster.failed(sally, fault(kinds[1] ?? 'cut'), 0);
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
