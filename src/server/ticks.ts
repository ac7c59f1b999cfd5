import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import { maxDrainTurns } from './limits.ts';
import { type Detector, type Effect, tickMs } from './liveness/detector.ts';

export interface TickParts {
  detector: Pick<Detector, 'tick'>;
  clock: Clock;
  /** A tick that is later than this shows that this process stood still, milliseconds. */
  stalledMs: number;
  /** Grows with whatever comes in. */
  arrivals(): number;
  perform(effects: readonly Effect[]): void;
  /** This process stood still for so long. */
  stalled(lateMs: number): void;
}

/**
 * Winds the detector every `tickMs`, until disposed of. After a stall it lets the sockets hand over first what waited in
 * them: those who spoke meanwhile were not silent.
 */
export function startTicks(parts: TickParts): Disposable {
  const { detector, clock } = parts;
  let stopped = false;
  let timer: Disposable;

  const tick = async (due: number): Promise<void> => {
    const lateMs = clock.now() - due;
    if (lateMs > parts.stalledMs) {
      await drain(parts.arrivals);
      parts.stalled(lateMs);
    }
    if (stopped) return;
    parts.perform(detector.tick(clock.now(), lateMs));
    arm();
  };
  const arm = (): void => {
    const due = clock.now() + tickMs;
    timer = clock.after(tickMs, () => void tick(due));
  };
  arm();

  return {
    [Symbol.dispose]() {
      stopped = true;
      timer[Symbol.dispose]();
    },
  };
}

/** Turns without an arrival that show that nothing waits any more. */
const quietTurns = 3;

async function drain(arrivals: () => number): Promise<void> {
  let quiet = 0;
  for (let turn = 0, before = arrivals(); turn < maxDrainTurns && quiet < quietTurns; turn++) {
    await setImmediate();
    const now = arrivals();
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
}
