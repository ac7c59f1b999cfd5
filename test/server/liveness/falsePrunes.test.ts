import { expect, test } from 'vitest';
import { jitter, type Random } from '../../../src/base/random.ts';
import { createDetector } from '../../../src/server/liveness/createDetector.ts';
import { defaultLiveness, type Effect } from '../../../src/server/liveness/detector.ts';
import { seededRandom } from '../../support/random.ts';
import { bursts, independent, type Loss } from './loss.ts';
import { sessions } from './scene.ts';

interface Network {
  hours: number;
  /** A loss for one direction of one peer's path. */
  loss: () => Loss;
  /** Whether the control connections answer. */
  stream: boolean;
  random: Random;
}

const peers = 500;
const { heartbeatMs } = defaultLiveness;
/** Coarser than the tracker's own, to be done sooner; it gives the same figures. */
const stepMs = 500;

/** Live peers for so many hours; how many of them a detector evicts. An evicted one registers again at once. */
function falsePrunes({ hours, loss, stream, random }: Network): number {
  const detector = createDetector(defaultLiveness);
  const live = sessions(peers).map((session) => ({
    session,
    beatAt: random() * heartbeatMs,
    up: loss(),
    down: loss(),
  }));
  for (const { session } of live) detector.join(session, 1, 0);
  let prunes = 0;
  const perform = (effects: readonly Effect[], now: number): void => {
    for (const effect of effects) {
      if (effect.effect === 'freeze') continue;
      const peer = live[effect.session - 1];
      if (peer === undefined) continue;
      if (effect.effect === 'probe' || effect.effect === 'ping') {
        if (stream) detector.heardStream(peer.session, 1, now);
        const reached = stream || (effect.effect === 'probe' && !peer.down(now));
        if (reached && !peer.up(now)) detector.heardDatagram(peer.session, now);
      }
      if (effect.effect === 'evict') {
        prunes += 1;
        detector.join(peer.session, 1, now);
      }
    }
  };
  for (let now = 0; now < (hours / peers) * 3_600_000; now += stepMs) {
    for (const peer of live) {
      while (peer.beatAt < now) {
        if (!peer.up(peer.beatAt)) detector.heardDatagram(peer.session, peer.beatAt);
        peer.beatAt += jitter(heartbeatMs, 0.1, random);
      }
    }
    perform(detector.tick(now, 0), now);
  }
  return prunes;
}

test('with TCP alive and 40% of the datagrams lost, no live peer is evicted in 1,000 hours', () => {
  const random = seededRandom(1);
  expect(falsePrunes({ hours: 1000, stream: true, loss: () => independent(0.4, random), random })).toBe(0);
});

test('with TCP alive and 40% lost in bursts of 20 s, no live peer is evicted in 1,000 hours', () => {
  const random = seededRandom(2);
  expect(falsePrunes({ hours: 1000, stream: true, loss: () => bursts(30_000, 20_000, random), random })).toBe(0);
});

test('with TCP alive and every datagram lost, no live peer is evicted in 100 hours', () => {
  expect(falsePrunes({ hours: 100, stream: true, loss: () => () => true, random: seededRandom(3) })).toBe(0);
});

test('on datagrams alone at 20% loss, at most 0.002 live peers are evicted in an hour', () => {
  const random = seededRandom(4);
  const hours = 2000;
  const prunes = falsePrunes({ hours, stream: false, loss: () => independent(0.2, random), random });
  expect(prunes / hours).toBeLessThanOrEqual(0.002);
});

test('the simulation does see evictions where there are some: datagrams alone, bursts of 20 s', () => {
  const random = seededRandom(5);
  const prunes = falsePrunes({ hours: 100, stream: false, loss: () => bursts(80_000, 20_000, random), random });
  expect(prunes).toBeGreaterThan(100);
});
