import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deadlines } from '../../../src/server/liveness/deadlines.ts';
import { defaultLiveness } from '../../../src/server/liveness/detector.ts';
import { scene } from './scene.ts';

test('the defaults give the documented times', () => {
  expect(deadlines(defaultLiveness)).toEqual({
    suspectMs: 6000,
    evictMs: 12_000,
    probeMs: 1000,
    closedMs: 3000,
    settleMs: 100,
    streamlessMs: 30_000,
    pingMs: 5000,
    muteMs: 30_000,
    halfOpenMs: 42_000,
    resyncMs: 1000,
    stalledMs: 1000,
    massFreezeMs: 24_000,
  });
});

const short = { heartbeatMs: 200, suspectAfterMs: 600, evictAfterMs: 1200 };

test('with short settings every time shrinks with them', () => {
  const it = scene(short).join().run(2000);
  expect(it.told('suspect', 'probe', 'evict')).toEqual([
    '600 suspect 1',
    ...[600, 700, 800, 900, 1000, 1100].map((at) => `${at} probe 1`),
    '1200 evict 1',
  ]);
  expect(scene(short).join().close().run(400).told('evict')).toEqual(['300 evict 1']);
});

test('with short settings a hiccup of 250 ms is no stall', () => {
  expect(scene(short).join().tick(500, 250).told('freeze')).toEqual([]);
  expect(scene(short).join().tick(500, 251).told('freeze')).toEqual(['500 freeze until 1700']);
});

test('under any settings silence ends nobody before its time, and everybody at the first tick after it', () => {
  const settings = fc
    .tuple(fc.integer({ min: 50, max: 5000 }), fc.integer({ min: 10, max: 400 }), fc.integer({ min: 10, max: 400 }))
    .map(([heartbeatMs, more, evenMore]) => {
      const suspectAfterMs = heartbeatMs + Math.ceil((heartbeatMs * more) / 100);
      return {
        heartbeatMs,
        suspectAfterMs,
        evictAfterMs: suspectAfterMs + 100 + Math.ceil((heartbeatMs * evenMore) / 100),
      };
    });
  fc.assert(
    fc.property(settings, (any) => {
      const it = scene(any)
        .join()
        .run(any.evictAfterMs + 1000);
      const ended = it.told('evict').map((line) => Number(line.split(' ')[0]));
      expect(ended).toEqual([Math.ceil(any.evictAfterMs / 100) * 100]);
    }),
  );
});
