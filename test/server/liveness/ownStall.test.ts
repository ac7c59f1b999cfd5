import { expect, test } from 'vitest';
import { scene, sessions } from './scene.ts';

test('a tick that is over 1 s late evicts nobody for 12 s, and one that is 1 s late does', () => {
  const late = scene().join().run(6000);
  expect(late.tick(12_500, 1000).told('freeze', 'evict')).toEqual(['12500 evict 1']);
  const stalled = scene().join().run(6000);
  stalled.told();
  expect(stalled.tick(12_500, 1001).told('freeze', 'evict')).toEqual(['12500 freeze until 24500']);
  expect(stalled.tick(24_499).told('evict')).toEqual([]);
  expect(stalled.tick(24_500).told('evict')).toEqual(['24500 evict 1']);
});

test('a stall adds its lateness to the silence that is allowed', () => {
  const it = scene().join().run(5000).tick(15_100, 10_000);
  expect(it.told('suspect')).toEqual([]);
  expect(it.tick(15_999).told('suspect')).toEqual([]);
  expect(it.tick(16_000).told('suspect')).toEqual(['16000 suspect 1']);
});

test('a stall adds its lateness to the 30 s that datagrams alone keep a peer', () => {
  const it = scene().join().run(1000).close().run(3000).datagram().tick(14_000, 10_000);
  const beat = (now: number): void => void (now % 2000 === 0 && it.datagram());
  expect(it.run(40_900, beat).told('evict')).toEqual([]);
  expect(it.run(41_000, beat).told('evict')).toEqual(['41000 evict 1']);
});

test('a stall adds its lateness to the 42 s that make a mute connection half-open', () => {
  const it = scene().join();
  it.run(40_000, (now) => void (now % 2000 === 0 && it.datagram()));
  it.tick(50_000, 10_000).datagram().tick(51_900).datagram();
  expect(it.told('resync')).toEqual([]);
  expect(it.tick(52_000).datagram().told('resync')).toEqual(['52000 resync 1']);
});

test('after a stall the probes that are left go on 1 s apart', () => {
  const it = scene().join().run(6900).tick(17_000, 10_000).run(20_000);
  expect(it.told('probe')).toEqual([6000, 17_000, 18_000, 19_000, 20_000].map((at) => `${at} probe 1`));
});

test('the tracker stopped for 10 s and continued: no live peer is evicted or suspected', () => {
  const it = scene();
  const all = sessions(100);
  for (const session of all) it.join(session);
  it.run(20_000, (now) => {
    if (now % 2000 === 0) for (const session of all) it.datagram(session);
  });
  for (const session of all) it.stream(session);
  it.tick(30_100, 10_000);
  it.run(90_000, (now) => {
    if (now % 2000 === 100) for (const session of all) it.datagram(session).stream(session);
  });
  expect(it.told()).toEqual(['30100 freeze until 42100']);
});

test('what was heard during the drain is not moved into the future', () => {
  const it = scene().join().at(10_000).datagram().tick(10_000, 9000);
  expect(it.tick(15_999).told('suspect')).toEqual([]);
  expect(it.tick(16_000).told('suspect')).toEqual(['16000 suspect 1']);
});

test('a second stall prolongs the freeze', () => {
  const it = scene().join().run(6000).tick(8000, 1900).tick(18_000, 9900);
  expect(it.told('freeze')).toEqual(['8000 freeze until 20000', '18000 freeze until 30000']);
  expect(it.run(29_900).told('evict')).toEqual([]);
  expect(it.run(30_000).told('evict')).toEqual(['30000 evict 1']);
});

test('a peer that is heard in the freeze stays', () => {
  const it = scene().join().run(6000).tick(12_500, 6400).run(20_000).datagram();
  expect(it.told('revive')).toEqual(['20000 revive 1']);
  expect(it.run(25_900).told('evict')).toEqual([]);
});

test('who cannot be evicted in the freeze is still probed', () => {
  const it = scene().join().run(1000).tick(3000, 1900).close();
  const times = it.run(10_000).told('probe');
  expect(times).toEqual([3100, 4100, 5100, 6100, 7100, 8100].map((at) => `${at} probe 1`));
});
