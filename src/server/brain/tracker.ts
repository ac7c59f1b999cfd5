import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { UserName } from '../../base/names.ts';
import type { Random } from '../../base/random.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { DialBack } from '../dialBack.ts';
import { maxSessions } from '../limits.ts';
import type { Detector, Effect, LivenessSettings } from '../liveness/detector.ts';
import type { Tickets } from '../tickets.ts';
import { createActs } from './acts.ts';
import { shownAddress } from './addresses.ts';
import { createAttendance, type Heartbeats } from './attendance.ts';
import type { Command, CommandName, Connection, Outcome } from './commands.ts';
import { Feed } from './feed.ts';
import { createKicked } from './kicked.ts';
import { createListings, who } from './listings.ts';
import { createLook } from './looks.ts';
import { createNaming } from './naming.ts';
import { createOperator, type Operator } from './operator.ts';
import { createPartials } from './partials.ts';
import { createPeerEvents } from './peerEvents.ts';
import { createQuestions } from './questions.ts';
import { createReachability } from './reachability.ts';
import { type Caller, type Session, Sessions, servesAt } from './sessions.ts';
import { createWatches } from './watches.ts';

/**
 * The brain: what a command means, who may ask it, and what follows. It knows no wire and no socket; shells hand it
 * commands and connections, and it asks the ports that it was made with. Once disposed of, it lets connections close
 * without a word about their sessions: those are to come back.
 */
export interface Tracker extends Disposable {
  /** A connection whose other side has shown its key. */
  meet(connection: Connection): Caller;
  /**
   * `stamp` is when the asker says that it asked. @throws RollcallError with what the asker is to be told
   */
  ask<Name extends CommandName>(caller: Caller, command: Command<Name>, stamp?: string): Promise<Outcome<Name>>;
  /** Any bytes came on this connection. */
  heard(caller: Caller): void;
  closed(caller: Caller): void;
  /** True while a silent connection is to be kept: its session's liveness is the detector's to judge. */
  isPeer(caller: Caller): boolean;
  /** True where the caller waits to be told something: when it is silent it is asked for a sign of life. */
  isSubscriber(caller: Caller): boolean;
  /** Does what the detector decided. */
  perform(effects: readonly Effect[]): void;
  readonly operator: Operator;
}

export interface TrackerParts {
  accounts: Accounts;
  directory: Directory;
  detector: Detector;
  heartbeats: Heartbeats;
  dialBack: DialBack;
  tickets: Tickets;
  liveness: LivenessSettings;
  clock: Clock;
  random: Random;
  log: Log;
  /** 20 random bits that tell this run of the tracker from others. */
  bootTag: number;
  /** 32 secret bytes, new each time. */
  makeKey(): Uint8Array;
  maxSessions?: number | undefined;
  /** Told of a peer that is taken off the roll for its silence, or by the operator. */
  evicted?(session: Session, why: string): void;
}

type Handlers = { [N in CommandName]: (caller: Caller, command: Command<N>) => Promise<Outcome<N>> };

export function createTracker(parts: TrackerParts): Tracker {
  const { accounts, directory, detector, clock, random, log } = parts;
  const sessions = new Sessions(parts.bootTag, parts.maxSessions ?? maxSessions);
  const feed = new Feed(clock);
  const watches = createWatches({ directory, clock, log });
  const partials = createPartials({ accounts, look: createLook({ directory, clock }), watches, random, log });
  const listings = createListings({ directory, feed, partials, watches, log });
  const reachability = createReachability({ dialBack: parts.dialBack, listings, partials, clock, log });
  const questions = createQuestions({ directory, partials, tickets: parts.tickets });
  const perform = (effects: readonly Effect[]): void => {
    for (const effect of effects) act(effect);
  };
  const kicked = createKicked();
  const events = createPeerEvents(clock);
  const attendance = createAttendance({
    ...parts,
    sessions,
    kicked,
    listings,
    partials,
    reachability,
    events,
    perform,
  });

  const naming = createNaming({ accounts, sessions, attendance, log });
  const operator = createOperator({ ...parts, sessions, questions, attendance, kicked, events, feed });

  let disposed = false;

  const act = createActs({ ...parts, sessions, events, listings, partials, attendance });

  const servingOf = ({ session }: Caller): Session => {
    if (session === undefined) throw new RollcallError('refused', 'register first: this connection has no session');
    if (session.port === undefined) {
      throw new RollcallError('refused', 'this session shares nothing: register with the port that you serve on');
    }
    return session;
  };
  const peerOf = (caller: Caller): Session => {
    if (caller.session?.user === undefined) {
      throw new RollcallError('refused', 'register first: this connection goes by no name');
    }
    return servingOf(caller);
  };

  /** The owner who is asked for, in the spelling that the name was registered in. */
  const spelled = async <Asked extends { owner?: UserName | undefined }>(asked: Asked): Promise<Asked> => {
    const account = asked.owner === undefined ? undefined : await accounts.holder(asked.owner);
    return account === undefined ? asked : { ...asked, owner: account.user };
  };

  const handlers: Handlers = {
    register: ({ connection }, { user }) => naming.register(connection, user),
    unregister: ({ connection }, { user }) => naming.unregister(connection, user),
    connect: (caller, presence) => attendance.connect(caller, presence),
    async disconnect(caller) {
      if (caller.session !== undefined) await attendance.end(caller.session, 'said goodbye');
      caller.connection.end();
      return {};
    },
    async announce(caller, { resources }) {
      const session = peerOf(caller);
      if (resources.some(({ id }) => (id === null) !== (session.fingerprint === undefined))) {
        throw new RollcallError('usage', 'a content id goes with a key, and none without one');
      }
      await listings.announce(session, resources);
      return {};
    },
    async withdraw(caller, { names }) {
      await listings.withdraw(peerOf(caller), names);
      return {};
    },
    async partial(caller, { ids }) {
      await partials.set(servingOf(caller), ids);
      return {};
    },
    find: async (caller, { command: _, ...request }) => questions.find(caller, await spelled(request)),
    locate: async (caller, { command: _, ...wanted }) => questions.locate(caller, await spelled(wanted)),
    users: (caller, { command: _, ...request }) => questions.users(caller, request),
    async subscribe(caller) {
      if (!caller.gone) feed.subscribe(caller);
      return {};
    },
    async watch(caller, { ids }) {
      watches.watch(caller, ids);
      return {};
    },
    async report({ connection }, { address, port }) {
      for (const session of sessions) {
        const at = servesAt(session);
        if (at?.port !== port || shownAddress(at.address, connection.local) !== address) continue;
        log.debug({ ...who(session), by: connection.remote }, 'reported as out of reach');
        perform(detector.reported(session.id, clock.now()));
      }
      return {};
    },
    account: (_, { user }) => naming.account(user),
    async ping() {
      return { time: Math.round(clock.wall()) };
    },
  };

  return {
    meet: (connection) => ({ connection, session: undefined, gone: false }),
    ask: (caller, command) => handlers[command.command](caller, command),
    heard({ session }) {
      if (session !== undefined) operator.heard(session);
      if (session?.port !== undefined) perform(detector.heardStream(session.id, session.epoch, clock.now()));
    },
    closed(caller) {
      const { session } = caller;
      caller.gone = true;
      if (disposed) return;
      caller.session = undefined;
      feed.unsubscribe(caller);
      watches.stop(caller);
      if (session === undefined) return;
      session.caller = undefined;
      if (session.port === undefined) void attendance.end(session, 'its connection was closed');
      else perform(detector.streamClosed(session.id, session.epoch, clock.now()));
    },
    isPeer: ({ session }) => session?.port !== undefined,
    isSubscriber: (caller) => feed.has(caller) || watches.has(caller),
    perform,
    operator,
    [Symbol.dispose]() {
      disposed = true;
      feed[Symbol.dispose]();
      watches[Symbol.dispose]();
      for (const session of sessions) reachability.stop(session);
    },
  };
}
