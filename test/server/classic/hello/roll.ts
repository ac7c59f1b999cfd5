import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../../src/base/clock.ts';
import { silentLog } from '../../../../src/base/log.ts';
import { MemoryDirectory } from '../../../../src/directory/memoryDirectory.ts';
import { createTracker, type Tracker } from '../../../../src/server/brain/tracker.ts';
import { createDetector } from '../../../../src/server/liveness/createDetector.ts';
import { deadlines } from '../../../../src/server/liveness/deadlines.ts';
import { defaultLiveness } from '../../../../src/server/liveness/detector.ts';
import { startTicks } from '../../../../src/server/ticks.ts';
import { memoryAccounts } from '../../support/brain.ts';

/** A brain with its own failure detector, on whatever clock. */
export function openRoll(
  clock: Clock,
  liveness: typeof defaultLiveness = defaultLiveness,
): { tracker: Tracker } & Disposable {
  const detector = createDetector(liveness);
  const tracker = createTracker({
    accounts: memoryAccounts(),
    directory: new MemoryDirectory(),
    detector,
    heartbeats: { add() {}, remove() {}, probe() {}, resync() {} },
    dialBack: async () => ({ reachable: true }),
    tickets: { issue: () => 'a ticket', issueLink: () => 'a ticket' },
    liveness,
    clock,
    random: Math.random,
    log: silentLog,
    bootTag: 5,
    makeKey: () => randomBytes(32),
  });
  const ticks = startTicks({
    detector,
    clock,
    stalledMs: deadlines(liveness).stalledMs,
    arrivals: () => 0,
    perform: (effects) => tracker.perform(effects),
    stalled() {},
  });
  return {
    tracker,
    [Symbol.dispose]() {
      tracker[Symbol.dispose]();
      ticks[Symbol.dispose]();
    },
  };
}
