import type { Fingerprint } from '../../base/ids.ts';
import type { ResourceName } from '../../base/names.ts';
import type { Announcement, Change, Reach } from '../../base/roll.ts';
import type { Registered, TrackerCalls, TrackerMethod } from '../../net/wire/control.ts';

/** The link to the tracker. `visit.ts` opens one for a few questions; `join.ts` one that beats and mends itself. */
export interface Session extends AsyncDisposable {
  readonly tracker: TrackerKey;
  /** What the last registration gave; nothing where this session goes by no name. */
  readonly registered: Registered | undefined;
  /**
   * Asks the tracker. While the link is being mended the call waits for it, up to its own deadline.
   * @throws RollcallError with the code that the tracker named, or `unreachable`
   */
  call<M extends TrackerMethod>(
    method: M,
    params: TrackerCalls[M]['params'],
    signal?: AbortSignal,
  ): Promise<TrackerCalls[M]['result']>;
}

/** A session that stays: it heartbeats, reconnects, and announces again what it was told to announce. */
export interface Membership extends Session {
  /** Adds to what this session announces, now and after every reconnection; in as many messages as it takes. */
  announce(resources: readonly Announcement[]): Promise<void>;
  withdraw(names: readonly ResourceName[]): Promise<void>;
}

/** What tickets are verified with. Stays what it was while the tracker is away. */
export interface TrackerKey {
  fingerprint: Fingerprint;
  /** SPKI in DER. */
  publicKey: Uint8Array;
  /** The tracker's wall clock minus ours, milliseconds. */
  clockOffsetMs: number;
}

/** What a membership tells while it lives. */
export type SessionEvent =
  /** Registered; `again` where that mended a loss. */
  | { event: 'joined'; registered: Registered; again: boolean }
  /** The link is gone; the next try is `retryMs` away. */
  | { event: 'lost'; why: string; retryMs: number }
  | ({ event: 'reach' } & Reach)
  | { event: 'changes'; changes: Change[]; missed: number }
  /** The tracker ended this session for good, or refuses it: no more tries. */
  | { event: 'ended'; reason: string };
