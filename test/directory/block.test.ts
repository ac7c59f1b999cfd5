import { describe, expect, it } from 'vitest';
import { Block } from '../../src/directory/block.ts';
import { nameKey } from '../../src/directory/fold.ts';
import { rowWeightBytes } from '../../src/directory/limits.ts';
import { type Pattern, patternOf } from '../../src/directory/pattern.ts';

function pattern(text: string): Pattern {
  const found = patternOf(text);
  if (found === undefined) throw new Error('no name can have it');
  return found;
}

/** Rows 0, 1, 2… with these texts, which have been searched once. */
function searched(...texts: string[]): Block {
  const block = new Block();
  for (const [row, text] of texts.entries()) block.insert(row, nameKey(text), row);
  block.search(pattern('no such text'), 0);
  return block;
}

const many = (count: number, text: string): string[] => new Array<string>(count).fill(`${text} and so on`);

describe('a block', () => {
  it('tells from its grams alone that it has not what is searched for', () => {
    const block = searched(...many(250, 'alpha'));
    expect(block.search(pattern('omega'), 0)).toEqual({ index: -1, bytes: rowWeightBytes });
    expect(block.search(pattern('alpha'), 7).index).toBe(7);
  });

  it('finds what was inserted after the first search', () => {
    const block = searched(...many(200, 'alpha'));
    block.insert(100, nameKey('omega'), 1000);
    expect(block.search(pattern('omega'), 0).index).toBe(100);
    expect(block.search(pattern('omega'), 101).index).toBe(-1);
  });

  it('forgets the grams of what was split off, and not those of what stayed', () => {
    const block = searched(...many(100, 'alpha'), ...many(100, 'beta'), ...many(200, 'omega'));
    const upper = block.split();
    expect([block.rows.length, upper.rows.length]).toEqual([200, 200]);
    for (const half of [block, upper]) half.search(pattern('no such text'), 0);
    expect(block.search(pattern('omega'), 0)).toEqual({ index: -1, bytes: rowWeightBytes });
    expect(upper.search(pattern('alpha'), 0)).toEqual({ index: -1, bytes: rowWeightBytes });
    expect([block.search(pattern('beta'), 0).index, upper.search(pattern('omega'), 0).index]).toEqual([100, 0]);
  });

  it('finds what it absorbed', () => {
    const block = searched(...many(200, 'alpha'));
    block.absorb(searched(...many(200, 'omega')));
    expect([block.rows.length, block.search(pattern('omega'), 0).index]).toEqual([400, 200]);
  });

  it('forgets the grams of what was removed, once more was removed than is there', () => {
    const block = searched(...many(200, 'alpha'));
    for (let time = 0; time < 202; time++) {
      block.remove(0);
      block.insert(199, nameKey('beta and so on'), time);
    }
    block.search(pattern('no such text'), 0);
    expect(block.search(pattern('alpha'), 0)).toEqual({ index: -1, bytes: rowWeightBytes });
    expect(block.search(pattern('beta'), 0).index).toBe(0);
  });

  it('does not find what it has removed', () => {
    const block = searched('a', 'zebra');
    block.remove(1);
    expect(block.search(pattern('zebra'), 0).index).toBe(-1);
  });
});
