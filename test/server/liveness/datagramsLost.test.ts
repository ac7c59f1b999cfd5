import { expect, test } from 'vitest';
import { scene } from './scene.ts';

test('without datagrams a peer is pinged on its connection after 5 s, and every 5 s while it answers', () => {
  const it = scene().join();
  expect(it.tick(4999).told()).toEqual([]);
  it.at(4900).run(21_000, (now) => {
    if (it.lines.at(-1) === `${now} ping 1`) it.stream();
  });
  expect(it.told('ping')).toEqual(['5000 ping 1', '10000 ping 1', '15000 ping 1', '20000 ping 1']);
});

test('a peer that answers pings is never suspected, however long its datagrams are lost', () => {
  const it = scene().join();
  it.run(3_600_000, (now) => {
    if (it.lines.at(-1) === `${now} ping 1`) it.stream();
  });
  expect(it.told('suspect', 'evict')).toEqual([]);
});

test('6 s without a datagram are shown as blocked while the connection answers, and one millisecond less is not', () => {
  const it = scene().join().at(5000).stream();
  expect(it.tick(5999).told('udp')).toEqual([]);
  expect(it.tick(6000).told('udp')).toEqual(['6000 udp 1 blocked']);
  expect(it.run(9000).told('udp')).toEqual([]);
});

test('the first datagram after that is shown as ok', () => {
  const it = scene().join().at(5000).stream().tick(6000).at(7000).datagram();
  expect(it.told('udp')).toEqual(['6000 udp 1 blocked', '7000 udp 1 ok']);
});

test('a peer that is silent on both channels is suspect, and not called blocked', () => {
  expect(scene().join().run(11_900).told('udp')).toEqual([]);
});

test('a half-open connection, whose pings are not answered, is decided by silence', () => {
  const it = scene().join().at(1000).datagram().at(0).run(14_000);
  expect(it.told('ping', 'suspect', 'evict')).toEqual(['6000 ping 1', '7000 suspect 1', '13000 evict 1']);
});

test('datagrams that come stop the pings', () => {
  const it = scene().join().run(5000).datagram();
  expect(it.told('ping')).toEqual(['5000 ping 1']);
  expect(it.run(9900).told('ping')).toEqual([]);
  expect(it.run(10_000).told('ping')).toEqual(['10000 ping 1']);
});

test('a connection that is mute for 30 s is pinged though datagrams come', () => {
  const it = scene().join();
  for (let at = 1000; at < 30_000; at += 1000) it.tick(at).datagram();
  expect(it.tick(29_999).told('ping')).toEqual([]);
  expect(it.tick(30_000).datagram().told('ping')).toEqual(['30000 ping 1']);
});

test('a connection that answers no ping for 12 s more is half-open: resync with every beat, and the peer stays', () => {
  const it = scene().join();
  it.run(3_600_000, (now) => {
    if (now % 2000 === 0) it.datagram();
  });
  const told = it.told();
  expect(told.slice(0, 5)).toEqual([
    '30000 ping 1',
    '35000 ping 1',
    '40000 ping 1',
    '42000 resync 1',
    '44000 resync 1',
  ]);
  expect(told.slice(5).filter((line) => !line.includes('resync'))).toEqual([]);
});

test('an answer to the last of those pings keeps the connection', () => {
  const it = scene().join();
  it.run(60_000, (now) => {
    if (now % 2000 === 0) it.datagram();
    if (now === 41_900) it.stream();
  });
  expect(it.told('resync', 'evict')).toEqual([]);
});

test('a byte on a half-open connection makes it whole', () => {
  const it = scene().join();
  it.run(43_000, (now) => {
    if (now % 2000 === 0) it.datagram();
  });
  expect(it.told('resync')).toEqual(['42000 resync 1']);
  expect(it.stream().at(44_000).datagram().told('resync')).toEqual([]);
});
