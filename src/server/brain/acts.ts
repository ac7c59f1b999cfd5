import type { Clock } from '../../base/clock.ts';
import { unreachable } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Effect } from '../liveness/detector.ts';
import type { Attendance, Heartbeats } from './attendance.ts';
import { type Listings, who } from './listings.ts';
import type { Partials } from './partials.ts';
import type { PeerEvents } from './peerEvents.ts';
import type { Session, Sessions } from './sessions.ts';

export interface ActsParts {
  sessions: Sessions;
  events: Pick<PeerEvents, 'tell'>;
  listings: Pick<Listings, 'update'>;
  partials: Pick<Partials, 'changed'>;
  attendance: Pick<Attendance, 'end'>;
  heartbeats: Pick<Heartbeats, 'probe' | 'resync'>;
  clock: Clock;
  log: Log;
  /** Told of a peer that is taken off the roll for its silence. */
  evicted?(session: Session, why: string): void;
}

/** Does what the detector decided, one effect at a time. */
export function createActs(parts: ActsParts): (effect: Effect) => void {
  const { sessions, events, listings, partials, attendance, heartbeats, clock, log } = parts;

  const show = (session: Session, change: 'state' | 'udp'): void => {
    listings.update(session, change).catch((error: unknown) => {
      log.error({ ...who(session), error: String(error) }, 'a change of state could not be listed');
    });
  };

  return (effect) => {
    if (effect.effect === 'freeze') {
      log.warn({ forMs: Math.round(effect.untilMs - clock.now()), why: effect.why }, 'nobody is evicted for a while');
      return;
    }
    const session = sessions.get(effect.session);
    if (session === undefined) return;
    switch (effect.effect) {
      case 'suspect':
      case 'revive': {
        const state = effect.effect === 'suspect' ? 'suspect' : 'alive';
        if (session.state === state) return;
        session.state = state;
        events.tell(session, { what: state, why: effect.why });
        log.info({ ...who(session), why: effect.why }, state);
        partials.changed(session);
        show(session, 'state');
        return;
      }
      case 'evict':
        parts.evicted?.(session, effect.why);
        session.caller?.connection.drop();
        void attendance.end(session, effect.why, effect.reason);
        return;
      case 'probe':
        heartbeats.probe(session.id);
        session.caller?.connection.probe();
        return;
      case 'ping':
        session.caller?.connection.probe();
        return;
      case 'resync':
        heartbeats.resync(session.id);
        return;
      case 'udp':
        // It has no heartbeats that could be missing.
        if (session.fingerprint === undefined) return;
        session.udp = effect.udp;
        log.info({ ...who(session), udp: effect.udp, why: effect.why }, 'heartbeat datagrams');
        show(session, 'udp');
        return;
      default:
        unreachable(effect);
    }
  };
}
