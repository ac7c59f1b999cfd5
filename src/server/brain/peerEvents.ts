import type { Clock } from '../../base/clock.ts';
import type { SessionId } from '../../base/ids.ts';
import type { UserName } from '../../base/names.ts';
import type { EvictionReason } from '../liveness/detector.ts';
import type { Session } from './sessions.ts';

/** Something that happened to a peer, as whoever runs the tracker sees it: with its reason, and unreached peers too. */
export type PeerEvent = {
  session: SessionId;
  user: UserName;
  address: string;
  port: number;
  /** By the tracker's clock. */
  at: number;
} & PeerChange;

export type PeerChange =
  | { what: 'joined' }
  | { what: 'suspect' | 'alive' | 'left'; why: string }
  | { what: 'evicted'; why: string; reason: EvictionReason | 'kicked' };

/** Tells what happens to peers that go by a name; sessions that serve no port are nobody's concern. */
export interface PeerEvents {
  tell(session: Session, change: PeerChange): void;
  /** Until disposed of. `told` must not throw, and is not to take long: the brain waits for it. */
  watch(told: (event: PeerEvent) => void): Disposable;
}

export function createPeerEvents(clock: Pick<Clock, 'wall'>): PeerEvents {
  const watchers = new Set<{ told(event: PeerEvent): void }>();
  return {
    tell({ id, user, address, port }, change) {
      if (watchers.size === 0 || user === undefined || port === undefined) return;
      const event: PeerEvent = { session: id, user, address, port, at: Math.round(clock.wall()), ...change };
      for (const { told } of watchers) told(event);
    },
    watch(told) {
      const watcher = { told };
      watchers.add(watcher);
      return { [Symbol.dispose]: () => void watchers.delete(watcher) };
    },
  };
}
