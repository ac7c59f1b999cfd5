import type { SessionId } from '../../base/ids.ts';

/**
 * The failure detector: decides purely who is alive, suspect and gone. It is told what was heard and when (`now`,
 * monotonic milliseconds), and tells what to do about it; it sends and logs nothing by itself.
 */
export interface Detector {
  /** A session registered, with its control connection open; also when it registers again under a new epoch. */
  join(session: SessionId, epoch: number, now: number): Effect[];
  /** A session ended: goodbye, unregistered or replaced. One that is evicted is forgotten by itself. */
  leave(session: SessionId): void;
  /** An authentic heartbeat of the session's present epoch. On the hot path: usually returns `noEffects`. */
  heardDatagram(session: SessionId, now: number): readonly Effect[];
  /** Any bytes on the session's control connection of that epoch. */
  heardStream(session: SessionId, epoch: number, now: number): readonly Effect[];
  streamClosed(session: SessionId, epoch: number, now: number): Effect[];
  /** A downloader says that it could not reach this peer: starts probes, and never evicts. */
  reported(session: SessionId, now: number): Effect[];
  /**
   * To be called every `tickMs`; `lateMs` is by how much this call is over its time. Where it is more than the
   * deadline `stalledMs` late, the caller first hands over what waited in its sockets.
   */
  tick(now: number, lateMs: number): Effect[];
}

/**
 * Milliseconds between ticks. A deadline is noticed at the tick after it, so this is added to every one at worst: what
 * has to be off the list within 3.5 s may not wait 500 ms for being noticed.
 */
export const tickMs = 100;

export const noEffects: readonly Effect[] = [];

/** Why a peer is taken off the roll: nothing was heard of it, or it came back on no control connection. */
export type EvictionReason = 'silent' | 'disconnected';

export type Effect =
  | { effect: 'suspect'; session: SessionId; why: string }
  | { effect: 'revive'; session: SessionId; why: string }
  | { effect: 'evict'; session: SessionId; reason: EvictionReason; why: string }
  /** Ask for an immediate heartbeat: by datagram, and on the control connection where it is open. */
  | { effect: 'probe'; session: SessionId }
  /** Ask on the control connection alone: no datagram has come for a while. */
  | { effect: 'ping'; session: SessionId }
  /** Answer by datagram that the control connection is gone, so that the client registers again. */
  | { effect: 'resync'; session: SessionId }
  | { effect: 'udp'; session: SessionId; udp: 'ok' | 'blocked'; why: string }
  /** Nobody is evicted before `untilMs`: the fault is likelier ours, or the network's. */
  | { effect: 'freeze'; untilMs: number; why: string };

export interface LivenessSettings {
  /** How often a client beats, milliseconds. */
  heartbeatMs: number;
  /** Silence on both channels that makes a peer suspect, milliseconds. */
  suspectAfterMs: number;
  /** Silence on both channels that ends it, milliseconds. */
  evictAfterMs: number;
}

/** On a LAN; see liveness in ARCHITECTURE.md for why three missed heartbeats are not enough. */
export const defaultLiveness: LivenessSettings = { heartbeatMs: 2000, suspectAfterMs: 6000, evictAfterMs: 12_000 };
