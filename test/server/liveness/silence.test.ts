import { expect, test } from 'vitest';
import { one, scene } from './scene.ts';

test('a peer that beats every 2 s has no effects at all', () => {
  const it = scene().join();
  it.run(60_000, (now) => {
    if (now % 2000 === 0) it.datagram();
    if (now % 10_000 === 0) it.stream();
  });
  expect(it.told()).toEqual([]);
});

test('6 s of silence on both channels make a peer suspect, and one millisecond less does not', () => {
  const it = scene().join();
  expect(it.tick(5999).told('suspect')).toEqual([]);
  expect(it.tick(6000).told('suspect')).toEqual(['6000 suspect 1']);
});

test('12 s of silence on both channels end a suspect, and one millisecond less does not', () => {
  const it = scene().join().tick(6000);
  expect(it.tick(11_999).told('evict')).toEqual([]);
  expect(it.tick(12_000).told('evict')).toEqual(['12000 evict 1']);
});

test('a peer that was never suspected is suspected before it is evicted, however late the tick', () => {
  const it = scene().join();
  expect(it.tick(12_900, 900).told('suspect', 'evict')).toEqual(['12900 suspect 1']);
  expect(it.tick(13_000).told('evict')).toEqual(['13000 evict 1']);
});

test('an evicted session is forgotten', () => {
  const it = scene().join().run(20_000);
  expect(it.lines.filter((line) => line.includes('evict'))).toHaveLength(1);
  it.told();
  expect(it.datagram().stream().close().report().told()).toEqual([]);
});

test('a suspect gets 6 probes, 1 s apart', () => {
  const it = scene().join().run(12_000);
  expect(it.told('probe')).toEqual([6000, 7000, 8000, 9000, 10_000, 11_000].map((at) => `${at} probe 1`));
});

test('probes keep their times when ticks come late', () => {
  const it = scene().join();
  for (let at = 6050; at < 12_000; at += 333) it.tick(at);
  const times = it.told('probe').map((line) => Number(line.split(' ')[0]));
  expect(times).toHaveLength(6);
  times.forEach((time, index) => {
    expect(time).toBeGreaterThanOrEqual(6050 + index * 1000);
    expect(time).toBeLessThan(6050 + index * 1000 + 333);
  });
});

test('a datagram makes a suspect alive again, and ends its probes', () => {
  const it = scene().join().run(6500);
  expect(it.told('suspect', 'revive')).toEqual(['6000 suspect 1']);
  expect(it.datagram().told()).toEqual(['6500 revive 1']);
  expect(it.run(11_400).told('suspect', 'probe', 'evict')).toEqual([]);
});

test('a byte on the control connection makes a suspect alive again, and ends its probes', () => {
  const it = scene().join().run(11_900);
  it.told();
  expect(it.stream().told()).toEqual(['11900 revive 1']);
  expect(it.run(16_800).told('suspect', 'probe', 'evict')).toEqual([]);
});

test('silence is counted from the last sign on either channel', () => {
  const it = scene().join().at(1000).datagram().at(3000).stream();
  expect(it.tick(8999).told('suspect')).toEqual([]);
  expect(it.tick(9000).told('suspect')).toEqual(['9000 suspect 1']);
});

test('a cable that is pulled at any time after a beat ends a peer 12 to 12.1 s after the last byte', () => {
  for (let last = 0; last < 200; last++) {
    const it = scene().join().at(last).datagram().at(0).run(13_000);
    const ended = Number(it.told('evict')[0]?.split(' ')[0]) - last;
    expect(ended).toBeGreaterThanOrEqual(12_000);
    expect(ended).toBeLessThanOrEqual(12_100);
  }
});

test('goodbye is the end: nothing is said of the session afterwards', () => {
  const it = scene().join();
  it.detector.leave(one);
  expect(it.datagram().stream().close().report().run(20_000).told()).toEqual([]);
});
