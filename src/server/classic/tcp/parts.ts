import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { UserName } from '../../../base/names.ts';
import type { Dialect } from '../../../base/roll.ts';
import type { Tracker } from '../../brain/tracker.ts';
import type { Turns } from '../../turns.ts';
import type { AddressBuckets } from '../addressBuckets.ts';
import type { Omissions } from '../omissions.ts';
import type { Dialler } from './signOfLife.ts';

/** What the dialects over TCP stand on. */
export interface ClassicParts {
  tracker: Tracker;
  transport: Dialler;
  clock: Clock;
  log: Log;
}

/** What all their connections share. */
export interface Shared extends ClassicParts {
  /** An address asks at one rate, over however many connections. */
  buckets: AddressBuckets;
  lists: Turns;
  omissions: Omissions;
  /** True while the tracker closes: connections that end then take nobody off the roll. */
  readonly closing: boolean;
}

/** One connection, once it is known what is spoken on it. Never fails. */
export interface Conversation {
  readonly dialect: Dialect;
  /** As whom it is on the roll. */
  readonly user: UserName | undefined;
  /** The promise holds the flow while this is answered. */
  data(bytes: Uint8Array): Promise<void>;
  /** Nothing has come for a while after that, or nothing more is waited for. */
  silent(following: 'a pause' | 'nothing'): Promise<void>;
  /** The other side has said all it will, and may still listen. */
  ended(): void;
  closed(): void;
  /** Holds it to its deadlines. */
  check(now: number): void;
}
