import { type Clock, sleep } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { type UserName, userName } from '../../base/names.ts';
import type { Dialect, FindRequest, Page, PageRequest, PeerAddress, ResourceRow, UserRow } from '../../base/roll.ts';
import type { Directory } from '../../directory/directory.ts';
import { type Attendance, type Heartbeats, sessionsOf } from './attendance.ts';
import { type Census, takeCensus } from './census.ts';
import type { Connection } from './commands.ts';
import type { Feed } from './feed.ts';
import type { Kicked } from './kicked.ts';
import { who } from './listings.ts';
import type { PeerEvent, PeerEvents } from './peerEvents.ts';
import type { Questions } from './questions.ts';
import type { Caller, Session, Sessions } from './sessions.ts';

/** What whoever runs the tracker may ask and do. It is no dialect: nobody reaches it over a network. */
export interface Operator {
  /** A name as whoever is here spells it; nothing where nobody goes by it. */
  nameOf(text: string): UserName | undefined;
  /** Names of those who are here that begin so, in whatever case; `most` of them. */
  namesFrom(start: string, most: number): UserName[];
  /** What anybody may see: what is shared with named users only is between them. */
  files(request: FindRequest): Promise<Page<ResourceRow>>;
  /** Everybody who is listed. */
  clients(request: PageRequest): Promise<Page<UserRow>>;
  /** Those who serve a port that nobody reaches, so that they are not listed. */
  unreached(): (PeerAddress & { user: UserName })[];
  /** Asks every session of a name for a sign of life, and waits `ms` for each. @throws the signal's reason */
  ping(user: UserName, wait: { ms: number; signal: AbortSignal }): Promise<Pinged[]>;
  /** Ends every session of a name for good: their clients do not come back by themselves. Returns how many there were. */
  kick(user: UserName): Promise<number>;
  census(): Promise<Census>;
  /** Tells what happens to peers, until disposed of. `told` must neither throw nor take long: the brain waits for it. */
  watch(told: (event: PeerEvent) => void): Disposable;
  /** Grows whenever what `files` or `clients` answer becomes another. */
  readonly version: number;
  /** Changes that subscribers were told, ever, each as often as it was told. */
  readonly changesTold: number;
}

/** What came of asking one session. */
export interface Pinged {
  address: string;
  /** Missing where it serves none. */
  port: number | undefined;
  channels: { channel: Channel; answer: PingAnswer }[];
}

/** A peer of an older system has one, in the dialect that it speaks. */
export type Channel = 'control' | 'heartbeat' | Dialect;
/** Milliseconds to the answer and back. */
export type PingAnswer = { ms: number } | 'silent' | 'not open';

export interface OperatorParts {
  sessions: Sessions;
  questions: Pick<Questions, 'find' | 'users'>;
  attendance: Pick<Attendance, 'end'>;
  kicked: Kicked;
  heartbeats: Pick<Heartbeats, 'probe'>;
  directory: Pick<Directory, 'counts'>;
  events: Pick<PeerEvents, 'watch'>;
  feed: Pick<Feed, 'version' | 'told'>;
  clock: Clock;
  log: Log;
  /** Told of each session that is kicked. */
  evicted?(session: Session, why: string): void;
}

const kickedWhy = 'kicked by the operator';

export function createOperator(parts: OperatorParts): Operator & {
  /** Bytes came from a session. */
  heard(session: Session): void;
} {
  const { sessions, questions, heartbeats, clock } = parts;
  /** Sessions without a key that were asked: whatever they send is the answer. */
  const asked = new Map<Session, () => void>();

  const within = async ({ ms, signal }: Wait, ask: (told: (answers: boolean) => void) => void): Promise<PingAnswer> => {
    const over = new AbortController();
    let answer: PingAnswer = 'silent';
    const askedAt = clock.now();
    ask((answers) => {
      answer = answers ? { ms: clock.now() - askedAt } : 'not open';
      over.abort();
    });
    try {
      await sleep(clock, ms, AbortSignal.any([over.signal, signal]));
    } catch {
      signal.throwIfAborted();
    }
    return answer;
  };

  const channelsOf = async (session: Session, wait: Wait): Promise<Pinged['channels']> => {
    const connection = session.caller?.connection;
    if (session.fingerprint === undefined && connection !== undefined && connection.dialect !== 'native') {
      const answer = await within(wait, (told) => {
        asked.set(session, () => told(true));
        connection.probe();
      });
      asked.delete(session);
      return [{ channel: connection.dialect, answer }];
    }
    // First of the two: a client that is asked on its control connection beats as well.
    const heartbeat = await within(wait, (told) => heartbeats.probe(session.id, (what) => told(what === 'beat')));
    const control =
      connection === undefined ? 'not open' : await within(wait, (told) => connection.probe(() => told(true)));
    return [
      { channel: 'control', answer: control },
      { channel: 'heartbeat', answer: heartbeat },
    ];
  };

  return {
    heard: (session) => asked.get(session)?.(),

    nameOf(text) {
      let name: UserName;
      try {
        name = userName(text);
      } catch {
        // Nobody could go by it.
        return undefined;
      }
      return sessionsOf(sessions, name)[0]?.user;
    },

    namesFrom(start, most) {
      const names = new Set<UserName>();
      for (const { user } of sessions) {
        if (names.size === most) break;
        if (user?.toLowerCase().startsWith(start.toLowerCase())) names.add(user);
      }
      return [...names].sort();
    },

    files: (request) => questions.find(anybody, request),
    clients: (request) => questions.users(anybody, request),

    unreached: () =>
      [...sessions].flatMap(({ user, address, port, listed }) =>
        user === undefined || port === undefined || listed !== undefined ? [] : [{ user, address, port }],
      ),

    ping: (user, wait) =>
      Promise.all(
        sessionsOf(sessions, user).map(async (session) => {
          const { address, port } = session;
          return { address, port, channels: await channelsOf(session, wait) };
        }),
      ),

    async kick(user) {
      const ended = sessionsOf(sessions, user);
      await Promise.all(
        ended.map((session) => {
          parts.log.info(who(session), 'kicked');
          parts.kicked.add(session);
          parts.evicted?.(session, kickedWhy);
          session.caller?.connection.end(kickedWhy);
          return parts.attendance.end(session, kickedWhy, 'kicked');
        }),
      );
      return ended.length;
    },

    census: () => takeCensus(sessions, parts.directory),
    watch: (told) => parts.events.watch(told),
    get version() {
      return parts.feed.version;
    },
    get changesTold() {
      return parts.feed.told;
    },
  };
}

interface Wait {
  /** Milliseconds for one answer. */
  ms: number;
  signal: AbortSignal;
}

const nothing = (): void => {};

/** Asks as somebody on this machine who has shown no key. */
const here: Connection = {
  dialect: 'native',
  remote: '127.0.0.1',
  local: '127.0.0.1',
  unreadBytes: 0,
  tell: nothing,
  probe: nothing,
  end: nothing,
  drop: nothing,
};
const anybody: Caller = { connection: here, session: undefined, gone: false };
