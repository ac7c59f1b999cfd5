import { expect, it } from 'vitest';
import { userName } from '../../../src/base/names.ts';
import type { Directory } from '../../../src/directory/directory.ts';
import { contentOf, peerOf, resourceOf, session } from './samples.ts';
import { labels, type MakeDirectory, sharing, walk } from './scene.ts';

const name = resourceOf('n').name;

/** Ten owners of the name n: content 1 at the odd sessions, 2 at the even ones; every third is suspect. */
async function popular(make: MakeDirectory): Promise<Directory> {
  const directory = await sharing(make, []);
  for (let number = 10; number < 20; number++) {
    const state = number % 3 === 0 ? 'suspect' : 'alive';
    await directory.join(peerOf(number, `user${number}`, { state }));
    await directory.announce(session(number), [resourceOf('n', 2 - (number % 2)), resourceOf(`other${number}`, 1)]);
  }
  return directory;
}

export function locating(make: MakeDirectory): void {
  it('finds a name as it is written, and no other', async () => {
    const directory = await sharing(make, ['n', 'N', 'nn', 'n.txt'], ['N']);
    expect(labels(await directory.locate({ name }))).toEqual(['n@Anna']);
    expect(labels(await directory.locate({ name: resourceOf('absent').name }))).toEqual([]);
  });

  it('finds a content under all of its names', async () => {
    const directory = await sharing(make, ['b#7', 'a#7', 'c#8'], ['z#7']);
    expect(labels(await directory.locate({ id: contentOf(7) }))).toEqual(['a@Anna', 'b@Anna', 'z@Ben']);
    expect(labels(await directory.locate({ id: contentOf(9) }))).toEqual([]);
  });

  it('groups a name by content, the alive of each first', async () => {
    const directory = await popular(make);
    const sorted = [11, 13, 17, 19, 15, 10, 14, 16, 12, 18];
    const sessions = (await directory.locate({ name })).matches.map(({ row }) => row.peer.session);
    expect(sessions).toEqual(sorted);
    for (const limit of [1, 3]) {
      const walked = await walk((query) => directory.locate(query), { name, limit });
      expect(walked.map(({ peer }) => peer.session)).toEqual(sorted);
    }
  });

  it('lists the alive owners of a content first', async () => {
    const directory = await popular(make);
    const listings = await walk((query) => directory.locate(query), { id: contentOf(2), limit: 2 });
    expect(listings.map(({ peer }) => peer.session)).toEqual([10, 14, 16, 12, 18]);
  });

  it('says on each page but the first which content the page before ended with', async () => {
    const directory = await popular(make);
    const first = await directory.locate({ name, limit: 5 });
    expect(first.after).toBeUndefined();
    const second = await directory.locate({ name, limit: 2, cursor: first.matches.at(-1)?.cursor });
    expect([second.after, second.matches[0]?.row.id]).toEqual([contentOf(1), contentOf(2)]);
    const third = await directory.locate({ name, limit: 2, cursor: second.matches.at(-1)?.cursor });
    expect([third.after, third.matches[0]?.row.id]).toEqual([contentOf(2), contentOf(2)]);
  });

  it('keeps to one owner', async () => {
    const directory = await popular(make);
    const owner = userName('user15');
    expect(labels(await directory.locate({ name, owner }))).toEqual(['n@user15']);
    const listings = await walk((query) => directory.locate(query), { id: contentOf(1), owner, limit: 1 });
    expect(listings.map((row) => row.name)).toEqual(['n', 'other15']);
    expect(labels(await directory.locate({ name, owner: userName('Nobody') }))).toEqual([]);
    expect(labels(await directory.locate({ id: contentOf(1), owner: userName('Nobody') }))).toEqual([]);
  });
}
