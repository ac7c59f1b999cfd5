import { type Clock, every } from '../../base/clock.ts';
import { wakeGapMs, watchMs } from './limits.ts';

export interface WatchHandlers {
  /** The machine was asleep, or this process stood still: what is known of the tracker may be old. */
  woke(gapMs: number): void;
  /** Each second, unless it woke. */
  look(): void;
}

/**
 * Looks at the clocks each second. Where the monotonic clock stops in a suspend (Linux) the wall clock runs ahead of it;
 * where it goes on (Windows, and macOS by version) the look itself comes late. A wall clock that was set looks the same.
 */
export function watch(clock: Clock, { woke, look }: WatchHandlers): Disposable {
  let now = clock.now();
  let wall = clock.wall();
  return every(clock, watchMs, () => {
    const lateMs = clock.now() - now - watchMs;
    const partedMs = Math.abs(clock.wall() - wall - (clock.now() - now));
    now = clock.now();
    wall = clock.wall();
    const gapMs = Math.max(lateMs, partedMs);
    if (gapMs > wakeGapMs) woke(gapMs);
    else look();
  });
}
