import { expect, test } from 'vitest';
import { one, scene } from './scene.ts';

test('a report starts probes at once, 6 of them, 1 s apart', () => {
  const it = scene().join().at(100).report();
  expect(it.told()).toEqual(['100 probe 1']);
  expect(it.run(5900).told('probe')).toEqual([1100, 2100, 3100, 4100, 5100].map((at) => `${at} probe 1`));
});

test('a report alone neither suspects nor evicts', () => {
  const it = scene().join();
  it.run(600_000, (now) => {
    it.report();
    if (now % 2000 === 0) it.datagram();
  });
  expect(it.told('suspect', 'evict')).toEqual([]);
});

test.each(['stream', 'datagram'] as const)('a sign of life by %s ends the probes that a report started', (channel) => {
  const it = scene().join().at(100).report().at(150)[channel]();
  expect(it.run(5900).told('probe')).toEqual(['100 probe 1']);
});

test('reports without end cause no more than a probe a second', () => {
  const it = scene().join();
  it.run(10_000, () => it.report().report().datagram());
  expect(it.told('probe').length).toBeLessThanOrEqual(10);
  expect(it.lines.length).toBeGreaterThan(5);
});

test('a report on a suspect adds no probes, and does not hasten its end', () => {
  const it = scene().join().run(6500).report().run(12_000);
  expect(it.told('probe')).toHaveLength(6);
  expect(it.lines.at(-1)).toBe('12000 evict 1');
});

test('a report on nobody is nothing', () => {
  expect(scene().report(one).told()).toEqual([]);
});
