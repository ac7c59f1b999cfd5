import { expect, test } from 'vitest';
import { type Scene, scene, sessions } from './scene.ts';

/** Beats of the first `count` sessions. */
const beats =
  (it: Scene, count: number) =>
  (now: number): void => {
    if (now % 2000 === 0) for (const session of sessions(count)) it.datagram(session);
  };

/** `peers` sessions that beat for 10 s. */
function network(peers: number): Scene {
  const it = scene();
  for (const session of sessions(peers)) it.join(session);
  return it.run(10_000, beats(it, peers));
}

test('4 of 10 that fall silent at once are kept for 24 s, with a warning, and then evicted', () => {
  const it = network(10);
  it.run(50_000, beats(it, 6));
  const told = it.told('freeze', 'evict');
  expect(told).toEqual(['16000 freeze until 40000', ...[7, 8, 9, 10].map((session) => `40000 evict ${session}`)]);
});

test('3 of 10 that fall silent at once are evicted after their 12 s', () => {
  const it = network(10);
  it.run(30_000, beats(it, 7));
  expect(it.told('freeze', 'evict')).toEqual([8, 9, 10].map((session) => `22000 evict ${session}`));
});

test('all of 9 that fall silent at once are evicted: too few to tell', () => {
  const it = network(9).run(30_000);
  expect(it.told('freeze', 'evict')).toEqual(sessions(9).map((session) => `22000 evict ${session}`));
});

test('4 of 10 that fall silent over 6 s count, and over one tick more do not', () => {
  const over = (ms: number): string[] => {
    const it = network(10);
    it.run(10_000 + ms, beats(it, 7));
    for (const session of sessions(7)) it.datagram(session);
    it.run(30_000, beats(it, 6));
    return it.told('freeze');
  };
  expect(over(6000)).toEqual(['22000 freeze until 46000']);
  expect(over(6100)).toEqual([]);
});

test('connections that close are a word from the other side, and freeze nothing', () => {
  const it = network(10);
  for (const session of sessions(10)) it.close(session);
  expect(it.run(13_000).told('freeze', 'evict')).toEqual(sessions(10).map((session) => `13000 evict ${session}`));
});

test('the freeze ends early, 6 s after most came back', () => {
  const it = network(10).run(20_000);
  expect(it.told('freeze')).toEqual(['16000 freeze until 40000']);
  for (const session of sessions(8)) it.datagram(session);
  it.run(40_000, beats(it, 8));
  expect(it.told('evict')).toEqual(['26100 evict 9', '26100 evict 10']);
});

test('a cable that is out for 20 s at the tracker evicts nobody', () => {
  const it = network(50).run(30_000);
  it.run(60_000, beats(it, 50));
  expect(it.told('evict')).toEqual([]);
  expect(it.lines.filter((line) => line.includes('revive'))).toHaveLength(50);
});
