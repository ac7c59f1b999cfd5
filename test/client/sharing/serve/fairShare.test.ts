import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Upload, whoYields } from '../../../../src/client/sharing/serve/fairShare.ts';

const times = { now: 100_000, stalledMs: 60_000, yieldAfterMs: 10_000 };
const upload = (key: string, address: string, bytes: number): Upload => ({
  key,
  address,
  begunAt: 0,
  given: 0,
  since: 0,
  flow: { recent: () => bytes },
});
const uploads = fc.array(
  fc.tuple(fc.nat(5), fc.nat(3), fc.nat(9)).map(([key, address, bytes]) => upload(`key ${key}`, `${address}`, bytes)),
  { maxLength: 64 },
);
const newcomer = fc.tuple(fc.nat(6), fc.nat(4)).map(([key, address]) => ({ key: `key ${key}`, address: `${address}` }));
const within = fc.constantFrom<'all' | 'address'>('all', 'address');

describe('whoever makes room for a newcomer', () => {
  it('has no fewer than the newcomer afterwards, by address, or by key where they share one', () => {
    fc.assert(
      fc.property(uploads, newcomer, within, (all, who, place) => {
        const cut = whoYields(all, { newcomer: who, within: place, ...times });
        if (cut === undefined) return;
        const held = (by: 'key' | 'address', from: { key: string; address: string }): number =>
          all.filter((other) => other[by] === from[by] && (by === 'address' || other.address === from.address)).length;
        const by = cut.address === who.address ? 'key' : 'address';
        expect(held(by, cut) - 1).toBeGreaterThanOrEqual(held(by, who) + 1);
        if (place === 'address') expect(cut.address).toBe(who.address);
        const mates = all.filter(({ key, address }) => key === cut.key && address === cut.address);
        expect(mates.every(({ flow }) => flow.recent(0) >= cut.flow.recent(0))).toBe(true);
      }),
    );
  });

  it('is found wherever an address has two more than the newcomer, so that places even out and stay so', () => {
    fc.assert(
      fc.property(uploads, newcomer, (all, who) => {
        const counts = new Map<string, number>();
        for (const { address } of all) counts.set(address, (counts.get(address) ?? 0) + 1);
        const greedy = Math.max(0, ...counts.values()) > (counts.get(who.address) ?? 0) + 1;
        const cut = whoYields(all, { newcomer: who, within: 'all', ...times });
        if (greedy) expect(cut?.address).not.toBe(who.address);
        if (greedy) expect(cut).toBeDefined();
      }),
    );
  });

  it('is nobody who is still waiting for the first turn', () => {
    const waiting = Array.from({ length: 5 }, () => ({ ...upload('a', 'one', 0), begunAt: undefined }));
    expect(whoYields(waiting, { newcomer: upload('b', 'two', 0), within: 'all', ...times })).toBeUndefined();
  });

  it('takes nothing for a minute, if there is such a one, and is of the same address where that is full', () => {
    const stalled = { ...upload('a', 'one', 9), given: 1, since: 40_000 };
    const all = [upload('c', 'two', 0), upload('c', 'two', 0), upload('c', 'two', 0), stalled];
    expect(whoYields(all, { newcomer: upload('b', 'two', 0), within: 'all', ...times })).toBe(stalled);
    expect(whoYields(all, { newcomer: upload('b', 'two', 0), within: 'address', ...times })).toBe(all[0]);
    const slow = { ...stalled, since: 40_001 };
    expect(whoYields([slow], { newcomer: upload('b', 'two', 0), within: 'all', ...times })).toBeUndefined();
  });
});
