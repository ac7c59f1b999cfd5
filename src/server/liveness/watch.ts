import type { SessionId } from '../../base/ids.ts';
import type { PeerState } from '../../base/roll.ts';

/** What the detector knows of one session. Times are monotonic milliseconds. */
export interface Watch {
  readonly session: SessionId;
  readonly epoch: number;
  state: PeerState;
  udp: 'ok' | 'blocked';
  /** The last sign of life on each channel. */
  datagramAt: number;
  streamAt: number;
  /** When the control connection closed; nothing while it is open. */
  closedAt: number | undefined;
  /** Open, and mute though it was pinged: only one side of it is left. */
  halfOpen: boolean;
  /** True where a datagram came that must have been sent after the close. */
  outlivedStream: boolean;
  /** When it became suspect for its silence; nothing for another reason, or none. */
  silentAt: number | undefined;
  probesLeft: number;
  probeAt: number;
  pingAt: number;
  resyncAt: number;
}

/** A session that has just registered, on a control connection that is open. */
export function watch(session: SessionId, epoch: number, now: number): Watch {
  return {
    session,
    epoch,
    state: 'alive',
    udp: 'ok',
    datagramAt: now,
    streamAt: now,
    closedAt: undefined,
    halfOpen: false,
    outlivedStream: false,
    silentAt: undefined,
    probesLeft: 0,
    probeAt: now,
    pingAt: now,
    resyncAt: now,
  };
}

/** The last sign of life on either channel. */
export const heardAt = (peer: Watch): number => Math.max(peer.datagramAt, peer.streamAt);

/** Adds `ms` to every deadline of a session: the tracker was not there to hear it. Nothing was heard after `now`. */
export function postpone(peer: Watch, ms: number, now: number): void {
  const later = (at: number): number => Math.min(now, at + ms);
  peer.datagramAt = later(peer.datagramAt);
  peer.streamAt = later(peer.streamAt);
  if (peer.closedAt !== undefined) peer.closedAt = later(peer.closedAt);
  peer.probeAt += ms;
  peer.pingAt += ms;
}
