import { describe, expect, it } from 'vitest';
import { nameKey } from '../../src/directory/fold.ts';
import { patternOf } from '../../src/directory/pattern.ts';
import { SortedRows } from '../../src/directory/sortedRows.ts';
import { seededRandom } from '../support/random.ts';

const keys = (text: string): Uint8Array => nameKey(text);
const empty = new Uint8Array();

/** Rows in an order by the text that each stands for, then by their number, which a place has as its session. */
function orderOf(): SortedRows {
  return new SortedRows((row, { session }) => row - (session ?? -1));
}

const all = (order: SortedRows): number[] => {
  const rows: number[] = [];
  for (const walk = order.walk(empty, {}); walk.row !== undefined; walk.next()) rows.push(walk.row);
  return rows;
};

/** The rows that are found one after the other, looking at no more than `maxBytes` at a time. */
function matches(order: SortedRows, text: string, maxBytes: number): number[] {
  const pattern = patternOf(text);
  const found: number[] = [];
  const walk = order.walk(empty, {});
  while (pattern !== undefined && walk.row !== undefined) {
    if (!walk.toMatch(pattern, maxBytes).found) continue;
    if (walk.row !== undefined) found.push(walk.row);
    walk.next();
  }
  return found;
}

const byText =
  (texts: Map<number, string>) =>
  (a: number, b: number): number =>
    Buffer.compare(keys(texts.get(a) ?? ''), keys(texts.get(b) ?? '')) || a - b;

/** Thousands of insertions and removals, far beyond one block, with many rows of one text. */
function churned(rounds: number, random: () => number): { order: SortedRows; texts: Map<number, string> } {
  const order = orderOf();
  const texts = new Map<number, string>();
  for (let row = 0; row < rounds; row++) {
    const long = random() < 0.05 ? 'x'.repeat(Math.floor(random() * 255)) : '';
    const text = random() < 0.2 ? 'the same' : `${Math.floor(random() * 5000)} Straße ${long}`;
    order.insert(keys(text), { session: row }, row);
    texts.set(row, text);
    if (row % 700 === 0) matches(order, 'e 1', 1000);
    const other = Math.floor(random() * row);
    const gone = texts.get(other);
    if (random() < 0.3 && gone !== undefined) {
      order.remove(keys(gone), { session: other }, other);
      texts.delete(other);
    }
  }
  return { order, texts };
}

describe('sorted rows', () => {
  it('stay sorted through thousands of insertions and removals', () => {
    const { order, texts } = churned(5000, seededRandom(1));
    expect(order.blocks).toBeGreaterThan(10);
    expect(all(order)).toEqual([...texts.keys()].sort(byText(texts)));
    expect(order.count).toBe(texts.size);
  });

  it('are found from any place on, and behind it', () => {
    const { order, texts } = churned(3000, seededRandom(2));
    const sorted = [...texts.keys()].sort(byText(texts));
    for (const [index, row] of sorted.entries()) {
      const key = keys(texts.get(row) ?? '');
      expect(order.walk(key, { session: row }).row).toBe(row);
      expect(order.walk(key, { session: row }, true).row).toBe(sorted[index + 1]);
    }
  });

  it('are found by what their keys contain, as a filter finds them, however little is looked at in a turn', () => {
    const { order, texts } = churned(5000, seededRandom(3));
    const sorted = [...texts.keys()].sort(byText(texts));
    for (const pattern of ['STRASSE', 'e', 'e s', '12', '4999', 'xxxx', 'zz', 'the same', 'strasse t']) {
      const folded = Buffer.from(keys(pattern)).toString('utf8').slice(0, -1);
      const expected = sorted.filter((row) => Buffer.from(keys(texts.get(row) ?? '')).includes(folded));
      expect(matches(order, pattern, 1)).toEqual(expected);
      expect(matches(order, pattern, Number.MAX_SAFE_INTEGER)).toEqual(expected);
    }
  });

  it('leave one block once all were removed, and few on the way there', () => {
    const { order, texts } = churned(5000, seededRandom(4));
    const full = order.blocks;
    const rows = [...texts.keys()];
    for (const [index, row] of rows.entries()) {
      order.remove(keys(texts.get(row) ?? ''), { session: row }, row);
      if (index === Math.floor(rows.length * 0.9)) expect(order.blocks).toBeLessThan(full / 2);
    }
    expect([order.count, order.blocks, all(order)]).toEqual([0, 1, []]);
  });

  it('lose a block that has become empty between two that are too full to be joined', () => {
    const order = orderOf();
    const put = (row: number): void => order.insert(keys(String(row).padStart(5, '0')), { session: row }, row);
    const even = Array.from({ length: 384 }, (_, index) => 2 * index);
    const odd = even.filter((row) => row % 256 < 120).map((row) => row + 1);
    for (const row of [...even, ...odd]) put(row);
    expect(order.blocks).toBe(3);
    const inMiddle = [...even, ...odd].filter((row) => row >= 256 && row < 512);
    for (const row of inMiddle) order.remove(keys(String(row).padStart(5, '0')), { session: row }, row);
    expect(order.blocks).toBe(2);
    for (const row of inMiddle) put(row);
    expect(all(order)).toEqual([...even, ...odd].sort((a, b) => a - b));
  });

  it('name a fault where a row is not in its place', () => {
    const order = orderOf();
    order.insert(keys('a'), { session: 1 }, 1);
    expect(() => order.remove(keys('b'), { session: 1 }, 1)).toThrow('row 1 is not where its order has it');
    expect(() => order.remove(keys('a'), { session: 2 }, 2)).toThrow('row 2 is not where its order has it');
  });
});

describe('a search', () => {
  it('stops at the start of a block once it has looked at enough, and tells how much that was', () => {
    const { order } = churned(5000, seededRandom(5));
    const pattern = patternOf('no such thing');
    if (pattern === undefined) throw new Error('it can be searched for');
    matches(order, 'no such thing', 1000);
    const walk = order.walk(empty, {});
    const first = walk.row;
    const { found, bytes } = walk.toMatch(pattern, 5000);
    expect(found).toBe(false);
    expect(bytes).toBeGreaterThanOrEqual(5000);
    expect(bytes).toBeLessThan(5000 + 3 * 16_384);
    expect(walk.row).toBeDefined();
    expect(walk.row).not.toBe(first);
  });

  it('does not find what was removed', () => {
    const order = orderOf();
    order.insert(keys('a'), { session: 1 }, 1);
    order.insert(keys('zebra'), { session: 2 }, 2);
    order.remove(keys('zebra'), { session: 2 }, 2);
    expect(matches(order, 'zebra', 1000)).toEqual([]);
  });

  it('has nothing to look for where no name can have it', () => {
    expect(patternOf('a\0')).toBeUndefined();
    expect(patternOf('\ud83d')).toBeUndefined();
    expect(patternOf('😀')?.bytes).toHaveLength(4);
  });
});
