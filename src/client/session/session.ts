import type { Clock } from '../../base/clock.ts';
import type { ContentId, Fingerprint, InstanceId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type { Random } from '../../base/random.ts';
import type { Announcement, Change, Dialect, Reach } from '../../base/roll.ts';
import type { Identity } from '../../net/identity/identity.ts';
import type { Endpoint, Transport } from '../../net/transport/transport.ts';
import type { Registered, TrackerCalls, TrackerMethod } from '../../net/wire/control.ts';
import type { Pins } from './pins.ts';

/** The link to the tracker. `visit.ts` opens one for a few questions; `join.ts` one that beats and mends itself. */
export interface Session extends AsyncDisposable {
  readonly tracker: KnownTracker;
  /** What the last registration gave; nothing where this session did not register. */
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
  /**
   * Calls `changed` when who has a content, whole or in part, has changed, until disposed of: at most about once a
   * second. After a loss of the link nobody knows what was missed, so it is called once when the link is there again.
   * It may not come at all, so whoever needs the owners asks for them now and then.
   */
  watchOwners(id: ContentId, changed: () => void): Disposable;
}

/** A session that stays: it heartbeats, reconnects, and announces again what it was told to announce. */
export interface Membership extends Session {
  readonly registered: Registered;
  /** Whether heartbeats get through and the tracker's answers come back. Without them it lives on TCP alone. */
  readonly udp: UdpState;
  /**
   * Adds to what this session announces, now and after every reconnection; in as many messages as it takes. While the
   * link is away it is kept until the link is mended.
   * @throws RollcallError with the code that the tracker named: then what it refused is not kept
   */
  announce(resources: readonly Announcement[]): Promise<void>;
  /** Takes resources off, now or, while the link is away, once it is mended. */
  withdraw(names: readonly ResourceName[]): Promise<void>;
  /**
   * Says of which contents this peer has pieces to serve, in place of what was said before: now, or once the link is
   * mended, and after every reconnection. Of more than a message holds the last ones count.
   * @throws RollcallError with the code that the tracker named; it is said again after the next reconnection
   */
  partial(ids: readonly ContentId[]): Promise<void>;
}

/** `unknown` until an answer came, or none for as long as the tracker bears silence. */
export type UdpState = 'unknown' | 'ok' | 'blocked';

/** The tracker as it was last met: what tickets are verified with. Stays what it was while the tracker is away. */
export interface KnownTracker {
  /** Its address, as its name resolved. */
  at: Endpoint;
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

/**
 * When something is asked, in ISO 8601: after at most so many milliseconds. Rejects with the signal's reason, and with
 * nothing else.
 */
export type Stamp = (withinMs: number, signal: AbortSignal) => string | Promise<string>;

/** What every session needs. */
export interface SessionOptions {
  server: Endpoint;
  identity: Identity;
  /** This run of the client, drawn by chance at its start. */
  instance: InstanceId;
  /** Program and version, at most 100 characters, for the tracker's log. */
  agent: string;
  pins: Pins;
  transport: Transport;
  clock: Clock;
  /** What each operation is stamped with; nothing where it is missing. */
  stamp?: Stamp | undefined;
  log: Log;
  /** Ends the opening. A session that is open ends by being disposed of. */
  signal: AbortSignal;
}

export interface JoinOptions extends SessionOptions {
  /** Without one it announces nothing, and can pass pieces on all the same. */
  user?: UserName | undefined;
  /** Where this peer serves. */
  peerPort: number;
  /** What its port answers besides our own protocol. */
  dialects?: readonly Dialect[] | undefined;
  random: Random;
  onEvent(event: SessionEvent): void;
  /** Asks for `changes` events. */
  subscribe?: boolean | undefined;
}
