import { expect, test } from 'vitest';
import { sessionId } from '../../../src/base/ids.ts';
import { one, scene } from './scene.ts';

test('the close of an older epoch neither suspects nor evicts', () => {
  const it = scene().join(one, 1).at(1000).join(one, 2).close(one, 1);
  expect(it.run(4500).told()).toEqual([]);
});

test('bytes of an older epoch do not revive', () => {
  const it = scene().join(one, 2).run(7000).stream(one, 1);
  expect(it.told('revive')).toEqual([]);
  expect(it.run(12_000).told('evict')).toEqual(['12000 evict 1']);
});

test('a registration of an older epoch changes nothing', () => {
  const it = scene().join(one, 2).run(7000).join(one, 1);
  expect(it.told('revive')).toEqual([]);
  expect(it.stream(one, 1).told()).toEqual([]);
  expect(it.stream(one, 2).told()).toEqual(['7000 revive 1']);
});

test('a newer epoch revives a suspect and starts anew', () => {
  const it = scene().join(one, 1).close(one, 1).run(2900);
  it.told();
  expect(it.join(one, 2).told()).toEqual(['2900 revive 1']);
  expect(it.tick(8899).told('suspect', 'evict', 'probe')).toEqual([]);
  expect(it.tick(8900).told('suspect')).toEqual(['8900 suspect 1']);
});

test('a newer epoch shows datagrams as ok until they are missed again', () => {
  const it = scene().join(one, 1).at(5000).stream().run(7000);
  expect(it.told('udp')).toEqual(['6000 udp 1 blocked']);
  expect(it.join(one, 2).told('udp')).toEqual(['7000 udp 1 ok']);
});

test('a newer epoch of a living peer is no news', () => {
  expect(scene().join(one, 1).at(1000).datagram().join(one, 2).told()).toEqual([]);
});

test('sessions do not touch each other', () => {
  const two = sessionId(2);
  const it = scene().join(one).join(two);
  it.run(12_000, (now) => {
    if (now % 2000 === 0) it.datagram(two);
  });
  expect(it.told('suspect', 'evict')).toEqual(['6000 suspect 1', '12000 evict 1']);
});
