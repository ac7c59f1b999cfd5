import { expect, test } from 'vitest';
import { userName } from '../../../src/base/names.ts';
import { News } from '../../../src/server/brain/news.ts';
import { maxNewsUsers } from '../../../src/server/limits.ts';
import { alice, bob, carol } from '../support/brain.ts';

test('news of an owner who shares with named users is for him and them', async () => {
  const news = new News(async () => true);
  news.addOwner(alice, [bob]);
  expect(await Promise.all([alice, bob, carol, undefined].map((user) => news.isFor(user)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('news of an owner who shares with everybody is for everybody, and nobody is looked up', async () => {
  const news = new News(() => Promise.reject(new Error('looked up')));
  news.addOwner(alice, undefined);
  expect(await news.isFor(undefined)).toBe(true);
});

test('news of a partial owner is for whoever sees the content, and each viewer is looked up once', async () => {
  const looked: unknown[] = [];
  const news = new News(async (viewer) => {
    looked.push(viewer);
    return viewer === bob;
  });
  news.addPart();
  for (const viewer of [bob, bob, carol, undefined]) expect(await news.isFor(viewer)).toBe(viewer === bob);
  expect(looked).toEqual([undefined, bob, carol]);
});

test('more users than it remembers are told where they see the content', async () => {
  const audience = (at: number) => Array.from({ length: 50 }, (_, user) => userName(`u${at}-${user}`));
  const last = maxNewsUsers / 50;
  for (const sees of [true, false]) {
    const news = new News(async (viewer) => sees && viewer !== undefined);
    for (let at = 0; at <= last; at++) news.addOwner(alice, audience(at));
    expect(await news.isFor(userName('u0-0'))).toBe(true);
    expect(await news.isFor(userName(`u${last}-0`))).toBe(sees);
  }
});
