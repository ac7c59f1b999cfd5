import { expect, test } from 'vitest';
import { scene } from './scene.ts';

test('a closed connection makes a peer suspect at once', () => {
  expect(scene().join().at(500).close().told()).toEqual(['500 suspect 1']);
});

test('a closed connection without a datagram since ends a peer after 3 s, and not one millisecond before', () => {
  const it = scene().join().at(1000).datagram().at(2000).close();
  expect(it.tick(4999).told('evict')).toEqual([]);
  expect(it.tick(5000).told('evict')).toEqual(['5000 evict 1']);
});

test('kill -9 is off the list within 3.1 s, whenever it comes', () => {
  for (let killed = 0; killed < 2000; killed += 7) {
    const it = scene().join().at(killed).datagram().close();
    it.at(Math.floor(killed / 100) * 100).run(killed + 4000);
    const ended = Number(it.told('evict')[0]?.split(' ')[0]) - killed;
    expect(ended).toBeGreaterThanOrEqual(3000);
    expect(ended).toBeLessThan(3100);
  }
});

test('the first probe after a close waits 100 ms, so that its answer counts', () => {
  const it = scene().join().close();
  expect(it.tick(99).told('probe')).toEqual([]);
  expect(it.tick(100).told('probe')).toEqual(['100 probe 1']);
  expect(it.run(2900).told('probe')).toEqual(['1100 probe 1', '2100 probe 1']);
});

test('a datagram 99 ms after the close may be older than it, and saves nobody', () => {
  const it = scene().join().close().at(99).datagram();
  expect(it.told('revive')).toEqual([]);
  expect(it.run(3100).told('evict', 'revive')).toEqual(['3099 evict 1']);
});

test('a datagram before the close saves nobody', () => {
  const it = scene().join().at(1000).datagram().close();
  expect(it.tick(4000).told('evict')).toEqual(['4000 evict 1']);
});

test('a datagram 100 ms after the close proves a peer alive, and tells it to register again', () => {
  const it = scene().join().close().at(100).datagram();
  expect(it.told()).toEqual(['0 suspect 1', '100 resync 1', '100 revive 1']);
  expect(it.tick(3000).told('evict')).toEqual([]);
});

test('a datagram that proves nothing does not save the probes either', () => {
  const it = scene().join().close().at(50).datagram();
  expect(it.run(1150).told('probe')).toEqual(['150 probe 1', '1150 probe 1']);
});

test('a peer without a connection is not pinged there, and its datagrams are not called blocked', () => {
  const it = scene().join().close().at(1000).datagram().run(6900);
  expect(it.told('ping', 'udp')).toEqual([]);
});

test('even a datagram that proves nothing is answered by a resync', () => {
  expect(scene().join().close().at(50).datagram().told('resync')).toEqual(['50 resync 1']);
});

test('each regular heartbeat without a connection gets one resync, and a flood of them gets one a second', () => {
  const it = scene().join().close();
  it.run(10_000, (now) => {
    if (now % 1800 === 0) it.datagram();
  });
  expect(it.told('resync')).toHaveLength(5);
  it.run(12_000, () => it.datagram().datagram());
  expect(it.told('resync')).toEqual(['10100 resync 1', '11100 resync 1']);
});

test('datagrams alone keep a peer for 30 s after the close, and not longer', () => {
  const it = scene().join().close();
  for (let at = 1000; at < 30_000; at += 1000) it.tick(at).datagram();
  expect(it.tick(29_999).told('evict')).toEqual([]);
  expect(it.tick(30_000).told('evict')).toEqual(['30000 evict 1']);
});

test('a peer that outlived its connection is judged by silence again: suspect after 6 s, ended after 12 s', () => {
  const it = scene().join().close().at(1000).datagram();
  expect(it.told('revive')).toEqual(['1000 revive 1']);
  expect(it.run(13_000).told('suspect', 'evict')).toEqual(['7000 suspect 1', '13000 evict 1']);
});

test('silence before the close counts: a suspect whose connection closes is ended at its 12 s', () => {
  const it = scene().join().run(10_000).close();
  it.told();
  expect(it.run(14_000).told('evict')).toEqual(['12000 evict 1']);
});

test('a suspect whose connection closes is not suspected twice, and ended 3 s later at the latest', () => {
  const it = scene().join().run(7000).close();
  expect(it.told('suspect')).toEqual(['6000 suspect 1']);
  expect(it.run(14_000).told('suspect', 'evict')).toEqual(['10000 evict 1']);
});

test('a closed connection cannot be heard, and closes once', () => {
  const it = scene().join().close().at(200).stream().close();
  expect(it.told('revive', 'suspect')).toEqual(['0 suspect 1']);
});
