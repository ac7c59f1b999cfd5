import { type Clock, every } from '../../base/clock.ts';
import { pulseMs, stallShownMs } from './limits.ts';

/** Whether this process goes round its event loop, or stood still of late. */
export interface Pulse extends Disposable {
  readonly steady: boolean;
}

/** `stalledMs` without a turn is a stall. */
export function createPulse(clock: Clock, stalledMs: number): Pulse {
  let beatAt = clock.now();
  let stalledAt = Number.NEGATIVE_INFINITY;
  const lateAt = (now: number): boolean => now - beatAt - pulseMs > stalledMs;
  const beats = every(clock, pulseMs, () => {
    const now = clock.now();
    if (lateAt(now)) stalledAt = now;
    beatAt = now;
  });
  return {
    get steady() {
      const now = clock.now();
      // Whoever asks may be heard before the beat that is late.
      return !lateAt(now) && now - stalledAt > stallShownMs;
    },
    [Symbol.dispose]: () => beats[Symbol.dispose](),
  };
}
