import type { Clock } from '../../base/clock.ts';
import { asRollcallError, RollcallError } from '../../base/errors.ts';
import type { SessionId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import { collisionKey, type UserName } from '../../base/names.ts';
import type { Reach } from '../../base/roll.ts';
import type { Account, Accounts } from '../accounts/accounts.ts';
import type { Detector, Effect, EvictionReason, LivenessSettings } from '../liveness/detector.ts';
import type { Connected, Presence } from './commands.ts';
import type { Kicked } from './kicked.ts';
import { type Listings, who } from './listings.ts';
import type { Partials } from './partials.ts';
import type { PeerEvents } from './peerEvents.ts';
import type { Reachability } from './reachability.ts';
import type { Caller, Session, Sessions } from './sessions.ts';

/** The heartbeat's side of a session: its key, and what the tracker says by datagram. */
export interface Heartbeats {
  /** Takes datagrams of this session under this key, and under no older one. */
  add(session: SessionId, key: Uint8Array): void;
  remove(session: SessionId): void;
  /** Asks for a heartbeat at once; `told` hears of the next one, or that there is no address to ask. */
  probe(session: SessionId, told?: (what: 'beat' | 'no address') => void): void;
  /** Says that the control connection is gone. */
  resync(session: SessionId): void;
}

export interface AttendanceParts {
  accounts: Accounts;
  sessions: Sessions;
  kicked: Kicked;
  detector: Detector;
  heartbeats: Heartbeats;
  listings: Listings;
  partials: Partials;
  reachability: Reachability;
  events: Pick<PeerEvents, 'tell'>;
  liveness: LivenessSettings;
  clock: Clock;
  /** 32 secret bytes, new each time. */
  makeKey(): Uint8Array;
  log: Log;
  perform(effects: readonly Effect[]): void;
}

/** Opens, takes over and ends sessions. */
export interface Attendance {
  connect(caller: Caller, presence: Presence): Promise<Connected>;
  /**
   * Gone from every list when it settles; never fails. What becomes of its connection is the caller's to say. `evicted`
   * says that it did not go by itself.
   */
  end(session: Session, why: string, evicted?: EvictionReason | 'kicked'): Promise<void>;
}

const notAPeer: Reach = { reachable: false, reason: 'this session serves no port, so it is not listed' };

export function createAttendance(parts: AttendanceParts): Attendance {
  const { accounts, sessions, detector, heartbeats, listings, partials, reachability, events, clock, log } = parts;

  const end = async (session: Session, why: string, evicted?: EvictionReason | 'kicked'): Promise<void> => {
    if (session.ended) return;
    session.ended = true;
    partials.remove(session);
    sessions.remove(session);
    reachability.stop(session);
    detector.leave(session.id);
    heartbeats.remove(session.id);
    if (session.caller !== undefined) session.caller.session = undefined;
    session.caller = undefined;
    log.info({ ...who(session), why }, 'left');
    events.tell(session, evicted === undefined ? { what: 'left', why } : { what: 'evicted', why, reason: evicted });
    try {
      await listings.unlist(session, why, 'forget');
    } catch (error) {
      log.error({ ...who(session), error: asRollcallError(error).message }, 'a peer could not be taken off the list');
    }
  };

  const mayBe = async (caller: Caller, user: UserName | undefined): Promise<void> => {
    if (user === undefined) return;
    const { fingerprint } = caller.connection;
    const account = await accounts.holder(user);
    if (caller.gone) throw new RollcallError('interrupted', 'the connection was closed');
    if (fingerprint === undefined) return mayBeKeyless(caller, user, account);
    if (account?.user !== user || account.fingerprint !== fingerprint) {
      throw new RollcallError('refused', `"${user}" is not bound to your key: register the name first`);
    }
  };

  const refuseNamesake = (caller: Caller, user: UserName): void => {
    const others = sessionsOf(sessions, user).filter((session) => session.caller !== caller);
    if (others.length > 0) throw new RollcallError('name-taken', `"${user}" is here already: choose another name`);
  };

  /** Without a key a name is whose it is for as long as he is here. */
  const mayBeKeyless = (caller: Caller, user: UserName, account: Account | undefined): void => {
    if (account?.fingerprint !== undefined) {
      throw new RollcallError('refused', `"${account.user}" is bound to a key: choose another name`);
    }
    refuseNamesake(caller, user);
  };

  /** The session of this instance, if there is one that goes by this name; ends what the new one replaces. */
  const resume = async (caller: Caller, { user, instance }: Presence): Promise<Session | undefined> => {
    const known = sessions.ofInstance(caller.connection.fingerprint, instance);
    const kept = known?.user === user ? known : undefined;
    for (const other of new Set([known, caller.session])) {
      if (other !== undefined && other !== kept) void end(other, `registered anew as ${user ?? 'nobody'}`);
    }
    return kept;
  };

  const attach = (session: Session, caller: Caller): void => {
    const old = session.caller;
    session.caller = caller;
    caller.session = session;
    session.epoch += 1;
    if (old === undefined || old === caller) return;
    old.session = undefined;
    old.connection.drop();
  };

  const watch = (session: Session, key: Uint8Array): void => {
    heartbeats.add(session.id, key);
    if (session.port === undefined) {
      detector.leave(session.id);
    } else {
      parts.perform(detector.join(session.id, session.epoch, clock.now()));
    }
  };

  const reach = async (session: Session): Promise<void> => {
    const { listed, port, address } = session;
    if (port === undefined) {
      reachability.stop(session);
      session.reach = notAPeer;
      await listings.unlist(session, 'serves no port any more', 'forget');
    } else if (session.fingerprint === undefined) {
      // It has no key that dialling back could find.
      session.reach = { reachable: true };
      await listings.list(session);
    } else if (listed?.port !== port || listed.address !== address) {
      await reachability.look(session);
    }
  };

  return {
    end,
    async connect(caller, presence) {
      const { user, instance, port, agent } = presence;
      const { fingerprint, remote } = caller.connection;
      await mayBe(caller, user);
      if (parts.kicked.has(fingerprint, instance)) {
        throw new RollcallError('refused', 'the operator ended your session: start the program anew to join again');
      }
      const kept = await resume(caller, presence);
      // Somebody else may have come under that name meanwhile.
      if (fingerprint === undefined && user !== undefined) refuseNamesake(caller, user);
      const since = Math.round(clock.wall());
      const session = kept ?? sessions.add({ user, fingerprint, instance, since, address: remote });
      attach(session, caller);
      const serves = session.port !== undefined;
      if (serves && port === undefined) events.tell(session, { what: 'left', why: 'serves no port any more' });
      session.address = remote;
      session.port = port;
      if (!serves) events.tell(session, { what: 'joined' });
      session.dialects = presence.dialects ?? [];
      session.told = undefined;
      const key = parts.makeKey();
      const { epoch } = session;
      log.info({ ...who(session), epoch, resumed: kept !== undefined, agent }, 'joined');
      watch(session, key);
      await reach(session);
      if (session.ended || session.epoch !== epoch) {
        throw new RollcallError('interrupted', 'the session was ended or taken over meanwhile: register again');
      }
      session.told = session.reach.reachable;
      return {
        session: session.id,
        epoch,
        resumed: kept !== undefined,
        heartbeatKey: key,
        heartbeatMs: parts.liveness.heartbeatMs,
        evictAfterMs: parts.liveness.evictAfterMs,
        time: Math.round(clock.wall()),
        address: remote,
        reach: session.reach,
      };
    },
  };
}

/** Every session that goes by a name that reads like this one. */
export const sessionsOf = (sessions: Sessions, user: UserName): Session[] =>
  [...sessions].filter((session) => session.user !== undefined && collisionKey(session.user) === collisionKey(user));
