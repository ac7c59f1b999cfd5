import { expect, it } from 'vitest';
import { type ContentId, contentId } from '../../../src/base/ids.ts';
import type { Listing } from '../../../src/directory/directory.ts';
import { createLook } from '../../../src/server/brain/looks.ts';
import { looksATurn, looksPauseMs } from '../../../src/server/limits.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';
import { alice, bob } from '../support/brain.ts';

const numbered = (at: number): ContentId => contentId(at.toString(16).padStart(64, '0'));
const ids = (count: number): ContentId[] => Array.from({ length: count }, (_, at) => numbered(at));

/** A directory that counts who is looked up, and lists every content for bob. */
function counting() {
  const looked: unknown[] = [];
  const match = { row: {} as Listing, cursor: '' };
  return {
    looked,
    locate: async ({ viewer }: { viewer?: unknown }) => {
      looked.push(viewer);
      return { matches: viewer === bob ? [match] : [], more: false };
    },
  };
}

it('whoever looks many contents up pauses after each turn, and so do all others together', async () => {
  const clock = new FakeClock();
  const directory = counting();
  const look = createLook({ directory, clock });
  const all = Promise.all([look(ids(2 * looksATurn), [bob], () => {}), look(ids(looksATurn), [alice], () => {})]);
  await settle();
  for (const turns of [1, 2, 3]) {
    expect(directory.looked).toHaveLength(turns * looksATurn);
    await clock.wind(looksPauseMs);
  }
  await all;
  expect(directory.looked.slice(looksATurn, 2 * looksATurn)).toEqual(Array(looksATurn).fill(alice));
  expect(clock.waiting).toBe(0);
});

it('a content is seen where one of the users sees it, and where there is none, if everybody does', async () => {
  const directory = counting();
  const look = createLook({ directory, clock: new FakeClock() });
  const seen: ContentId[] = [];
  await look([numbered(1)], [alice, bob], (id) => seen.push(id));
  await look([numbered(2)], [alice], (id) => seen.push(id));
  await look([numbered(3)], [], (id) => seen.push(id));
  expect(seen).toEqual([numbered(1)]);
  expect(directory.looked).toEqual([alice, bob, alice, undefined]);
});

it('a directory that fails is told to who asked, and the next in line is looked up all the same', async () => {
  let fails = true;
  const directory = {
    locate: async () => {
      if (fails) throw new Error('the store is away');
      return { matches: [{ row: {} as Listing, cursor: '' }], more: false };
    },
  };
  const look = createLook({ directory, clock: new FakeClock() });
  await expect(look([numbered(1)], [], () => {})).rejects.toThrow('the store is away');
  fails = false;
  const seen: ContentId[] = [];
  await look([numbered(1)], [], (id) => seen.push(id));
  expect(seen).toEqual([numbered(1)]);
});
