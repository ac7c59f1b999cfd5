import type { ErrorCode } from '../../../src/base/errors.ts';
import { RollcallError } from '../../../src/base/errors.ts';
import { type ContentId, type Fingerprint, fingerprint, instanceId, type SessionId } from '../../../src/base/ids.ts';
import type { Log } from '../../../src/base/log.ts';
import { hashContent } from '../../../src/base/merkle.ts';
import { resourceName, type UserName, userName } from '../../../src/base/names.ts';
import type { Random } from '../../../src/base/random.ts';
import type { Announcement, Reach } from '../../../src/base/roll.ts';
import { MemoryDirectory } from '../../../src/directory/memoryDirectory.ts';
import type { Account, Accounts } from '../../../src/server/accounts/accounts.ts';
import type { Connected, Connection, Told } from '../../../src/server/brain/commands.ts';
import type { Caller } from '../../../src/server/brain/sessions.ts';
import { createTracker, type Tracker, type TrackerParts } from '../../../src/server/brain/tracker.ts';
import type { PeerPort } from '../../../src/server/dialBack.ts';
import { type Detector, defaultLiveness, type Effect } from '../../../src/server/liveness/detector.ts';
import { FakeClock, settle } from '../../support/fakeClock.ts';
import { seededRandom } from '../../support/random.ts';

export const alice: UserName = userName('alice');
export const bob: UserName = userName('bob');
export const carol: UserName = userName('carol');

/** The fingerprint of a key that a test calls by one hex digit. */
export const key = (digit: string): Fingerprint => fingerprint(digit.repeat(64));

/** A resource whose content is its name, unless another content is given. */
export function resource(name: string, content: string = name, more: Partial<Announcement> = {}): Announcement {
  const bytes = new TextEncoder().encode(content);
  const { id } = hashContent(bytes);
  return { name: resourceName(name), id, size: bytes.length, kind: 'file', description: '', modified: 7, ...more };
}

/** A detector that says what it is told to, and remembers what it heard. */
export class ScriptedDetector implements Detector {
  readonly heard: string[] = [];
  next: Effect[] = [];

  #note(what: string): Effect[] {
    this.heard.push(what);
    return this.next.splice(0);
  }
  join(session: SessionId, epoch: number): Effect[] {
    return this.#note(`join ${session} ${epoch}`);
  }
  leave(session: SessionId): void {
    this.heard.push(`leave ${session}`);
  }
  heardDatagram(session: SessionId): Effect[] {
    return this.#note(`datagram ${session}`);
  }
  heardStream(session: SessionId, epoch: number): Effect[] {
    return this.#note(`stream ${session} ${epoch}`);
  }
  streamClosed(session: SessionId, epoch: number): Effect[] {
    return this.#note(`closed ${session} ${epoch}`);
  }
  reported(session: SessionId): Effect[] {
    return this.#note(`reported ${session}`);
  }
  tick(): Effect[] {
    return this.#note('tick');
  }
}

export class FakeConnection implements Connection {
  readonly dialect: Connection['dialect'];
  readonly fingerprint: Fingerprint | undefined;
  readonly remote: string;
  readonly local: string;
  unreadBytes = 0;
  readonly told: Told[] = [];
  probes = 0;
  /** Answers the last probe, where somebody waits for it. */
  answer: (() => void) | undefined;
  ended: { reason: string | undefined } | undefined;
  dropped = false;

  /** Without a key it speaks a dialect. */
  constructor(of: Fingerprint | undefined, remote = '192.168.1.9', local = '192.168.1.1') {
    this.fingerprint = of;
    this.dialect = of === undefined ? 'hello' : 'native';
    this.remote = remote;
    this.local = local;
  }
  tell(told: Told): void {
    this.told.push(told);
  }
  probe(answered?: () => void): void {
    this.probes += 1;
    this.answer = answered;
  }
  end(reason?: string): void {
    this.ended = { reason };
  }
  drop(): void {
    this.dropped = true;
  }
  /** The contents whose owners it was told of, in order. */
  get owners(): ContentId[] {
    return this.told.flatMap((told) => (told.told === 'owners' ? [told.id] : []));
  }
  get changes(): (Told & { told: 'changes' })[] {
    return this.told.filter((told) => told.told === 'changes');
  }
}

export function memoryAccounts(): Accounts {
  const accounts = new Map<string, Account>();
  return {
    async claim(user, of) {
      const account = accounts.get(user.toLowerCase()) ?? { user, fingerprint: of };
      accounts.set(user.toLowerCase(), account);
      return account;
    },
    async holder(user) {
      return accounts.get(user.toLowerCase());
    },
    async namesOf(of) {
      return [...accounts.values()].filter(({ fingerprint }) => fingerprint === of).map(({ user }) => user);
    },
    async release(user) {
      accounts.delete(user.toLowerCase());
    },
    async check() {},
    [Symbol.dispose]() {},
  };
}

export interface Logged {
  level: string;
  message: string;
  fields: Record<string, unknown>;
}

export function recordingLog(): { log: Log; lines: Logged[] } {
  const lines: Logged[] = [];
  const write =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push({ level, message, fields: { ...fields } });
  return { lines, log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') } };
}

/** A brain among fakes. Every port can be reached, unless `reach` says otherwise. */
export class Brain {
  readonly clock: FakeClock = new FakeClock();
  readonly detector: ScriptedDetector = new ScriptedDetector();
  readonly directory: MemoryDirectory = new MemoryDirectory();
  readonly keys: Map<SessionId, Uint8Array> = new Map();
  readonly datagrams: string[] = [];
  /** Whoever waits for a session's next heartbeat. */
  readonly beats: Map<SessionId, (what: 'beat' | 'no address') => void> = new Map();
  readonly dialled: PeerPort[] = [];
  readonly #recording = recordingLog();
  readonly tracker: Tracker;
  readonly random: Random = seededRandom(7);
  /** What dialling back finds; may take its time. */
  reach: (peer: PeerPort, signal: AbortSignal) => Reach | Promise<Reach> = () => ({ reachable: true });
  ticket: (to: Fingerprint, owner: Fingerprint, content: ContentId) => string = (to, owner, content) =>
    `${to[0]} may have ${content.slice(0, 4)} of ${owner[0]}`;
  #madeKeys = 0;

  constructor({ maxSessions, evicted }: Pick<TrackerParts, 'maxSessions' | 'evicted'> = {}) {
    this.tracker = createTracker({
      accounts: memoryAccounts(),
      directory: this.directory,
      detector: this.detector,
      heartbeats: {
        add: (session: SessionId, secret: Uint8Array): void => void this.keys.set(session, secret),
        remove: (session: SessionId): void => void this.keys.delete(session),
        probe: (session, told): void => {
          this.datagrams.push(`probe ${session}`);
          if (told !== undefined) this.beats.set(session, told);
        },
        resync: (session: SessionId): void => void this.datagrams.push(`resync ${session}`),
      },
      dialBack: async (peer, signal) => {
        this.dialled.push(peer);
        return this.reach(peer, signal);
      },
      tickets: {
        issue: (to, owner, content) => this.ticket(to, owner, content),
        issueLink: ({ seconds }, owner, content) =>
          `anybody may have ${content.slice(0, 4)} of ${owner[0]} for ${seconds} s`,
      },
      liveness: defaultLiveness,
      clock: this.clock,
      random: this.random,
      log: this.#recording.log,
      bootTag: 5,
      makeKey: () => new Uint8Array(32).fill(++this.#madeKeys),
      maxSessions,
      ...(evicted && { evicted }),
    });
  }

  get logged(): Logged[] {
    return this.#recording.lines;
  }

  meet(of: string, remote?: string, local?: string): { caller: Caller; connection: FakeConnection } {
    const connection = new FakeConnection(key(of), remote, local);
    return { connection, caller: this.tracker.meet(connection) };
  }

  /** Connects as a peer of the key `of`, on a new connection unless one is given; `instance` is hex, repeated. */
  async join(
    user: UserName,
    of: string,
    {
      port = 4000,
      instance = of,
      remote,
      local,
      on = this.meet(of, remote, local),
    }: {
      port?: number | 'none';
      instance?: string;
      remote?: string;
      local?: string;
      on?: { caller: Caller; connection: FakeConnection };
    } = {},
  ): Promise<{ caller: Caller; connection: FakeConnection; connected: Connected }> {
    await this.tracker.ask(on.caller, { command: 'register', user });
    const connected = await this.tracker.ask(on.caller, {
      command: 'connect',
      user,
      instance: instanceId(instance.repeat(32).slice(0, 32)),
      port: port === 'none' ? undefined : port,
      agent: 'test 1',
    });
    return { ...on, connected };
  }

  /** Connects without a name, as a peer of the key `of` unless `port` is `none`. */
  async joinUnnamed(
    of: string,
    {
      port = 4000,
      remote,
      on = this.meet(of, remote),
    }: {
      port?: number | 'none';
      remote?: string;
      on?: { caller: Caller; connection: FakeConnection };
    } = {},
  ): Promise<{ caller: Caller; connection: FakeConnection; connected: Connected }> {
    const instance = instanceId(of.repeat(32).slice(0, 32));
    const serves = port === 'none' ? undefined : port;
    const presence = { instance, port: serves, agent: 'test 1' };
    return { ...on, connected: await this.tracker.ask(on.caller, { command: 'connect', ...presence }) };
  }

  async announce(caller: Caller, ...resources: Announcement[]): Promise<void> {
    await this.tracker.ask(caller, { command: 'announce', resources });
  }

  /** `name@owner` of everything that the caller is shown. */
  async find(caller: Caller): Promise<string[]> {
    const { rows } = await this.tracker.ask(caller, { command: 'find' });
    return rows.map(({ name, owner }) => `${name}@${owner}`);
  }

  /** Where the partial owners of a content are, as the caller is told, by address and port. */
  async partial(caller: Caller, id: ContentId): Promise<string[]> {
    const { choices } = await this.tracker.ask(caller, { command: 'locate', id });
    return choices.flatMap(({ partial }) => partial.map(({ address, port }) => `${address}:${port}`)).sort();
  }

  async users(caller: Caller): Promise<string[]> {
    const { rows } = await this.tracker.ask(caller, { command: 'users' });
    return rows.map(({ user, state }) => (state === 'alive' ? user : `${user} (${state})`));
  }

  async perform(...effects: Effect[]): Promise<void> {
    this.tracker.perform(effects);
    await settle();
  }
}

/** The code that a promise rejects with, and its text. */
export async function failure(promise: Promise<unknown>): Promise<{ code: ErrorCode; message: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof RollcallError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it was expected to fail');
}
