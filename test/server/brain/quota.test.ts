import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Quota } from '../../../src/server/brain/quota.ts';
import { key } from '../support/brain.ts';

const limits = { all: 10, perKey: 5, perAddress: 7 };
const at = (digit: string, address: string) => ({ fingerprint: key(digit), address });

describe('a quota', () => {
  it.each<[string, string, [ReturnType<typeof at>, number][], ReturnType<typeof at>]>([
    [
      'in all',
      'this tracker has 10',
      [
        [at('a', '1'), 5],
        [at('b', '2'), 4],
      ],
      at('c', '3'),
    ],
    ['of one key', 'your key has 5', [[at('a', '1'), 4]], at('a', '2')],
    [
      'at one address',
      'your address has 7',
      [
        [at('a', '1'), 4],
        [at('b', '1'), 2],
      ],
      at('c', '1'),
    ],
  ])('has an end %s, which the refusal names, and a refusal changes nothing', (_, words, held, last) => {
    const quota = new Quota('things', limits);
    for (const [holder, count] of held) quota.hold({}, holder, count);
    const by = {};
    quota.hold(by, last, 1);
    const before = quota.size;
    expect(() => quota.hold(by, last, 2)).toThrow(`${words} things`);
    expect(quota.size).toBe(before);
    expect(() => quota.hold({}, last, 1)).toThrow(`${words} things`);
    quota.hold(by, last, 1);
    expect(quota.size).toBe(before);
  });

  it('counts what a holder has now, and not what it had', () => {
    const quota = new Quota('things', limits);
    const by = {};
    for (const address of ['1', '2', '3', '4']) quota.hold(by, at('a', address), 5);
    quota.hold(by, at('a', '1'), 4);
    quota.hold({}, at('a', '1'), 1);
    expect(quota.size).toBe(5);
  });
});

test('no quota is ever passed, and all of it is free once all have let go', () => {
  const step = fc.record({ by: fc.nat({ max: 4 }), key: fc.nat({ max: 2 }), at: fc.nat({ max: 2 }), count: fc.nat(8) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const quota = new Quota('things', limits);
      const holders = Array.from({ length: 5 }, () => ({}));
      const model = new Map<number, { key: number; at: number; count: number }>();
      const sum = (which: (held: { key: number; at: number }) => boolean): number =>
        [...model.values()].filter(which).reduce((total, { count }) => total + count, 0);
      for (const next of steps) {
        const before = model.get(next.by);
        model.set(next.by, next);
        const fits =
          sum(() => true) <= limits.all &&
          sum((held) => held.key === next.key) <= limits.perKey &&
          sum((held) => held.at === next.at) <= limits.perAddress;
        if (!fits && before === undefined) model.delete(next.by);
        else if (!fits && before !== undefined) model.set(next.by, before);
        const hold = (): void =>
          quota.hold(holders[next.by] ?? {}, at('abc'[next.key] ?? '', `${next.at}`), next.count);
        if (fits) hold();
        else expect(hold).toThrow('limit');
        expect(quota.size).toBe(sum(() => true));
      }
      for (const holder of holders) quota.letGo(holder);
      quota.hold({}, at('a', '1'), 5);
      quota.hold({}, at('b', '2'), 5);
      expect(quota.size).toBe(10);
    }),
  );
});
