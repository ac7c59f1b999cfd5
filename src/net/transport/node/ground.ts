import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';

/** What the sockets stand on. */
export interface Ground {
  /** For deadlines. */
  clock: Clock;
  /** Told of what goes wrong with nobody there to be told. */
  log: Log;
}
