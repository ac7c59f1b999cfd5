import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Remains, Source } from './source.ts';
import type { Transfers } from './transfers.ts';

export interface TransfersOptions {
  /** Where the list is kept. Its folder has to be there. */
  file: string;
  /** Downloads that run at a time, 1 or more. */
  slots: number;
  /**
   * The client that looks things up and fetches them: the same one as long as it is the same client, nothing while the
   * tracker is away.
   */
  source(): Source | undefined;
  /** Removes what a stopped download left. Needs no tracker. */
  discard(remains: Remains): Promise<void>;
  clock: Clock;
  log: Log;
}

/** The list as its keeper has it, who knows of trackers and settings. */
export interface KeptTransfers extends Transfers {
  /** Downloads that run at a time from now on, 1 or more: of too many, those that were started last wait again. */
  allow(slots: number): void;
  /** The source came, went, or is another. What runs goes on with the one that it was started with. */
  sourceChanged(): void;
  /** What would go into the folder `from`, and of which nothing has come yet, goes into `to`; what runs stays. */
  redirect(from: string, to: string): void;
  /** Pauses all that run or wait. Resolves once they have put away what they have, or had the time for it. */
  pauseAll(): Promise<void>;
}
