import { RollcallError } from '../../base/errors.ts';
import { type Fingerprint, type InstanceId, type SessionId, sessionId } from '../../base/ids.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type { Announced, Dialect, PeerAddress, PeerState, Reach } from '../../base/roll.ts';
import type { Connection } from './commands.ts';

/** Whoever is at the other end of one connection. The brain alone changes it. */
export interface Caller {
  readonly connection: Connection;
  /** What this connection has registered as, if anything. */
  session: Session | undefined;
  /** The connection is closed. */
  gone: boolean;
}

/** One run of a client: it outlives its connections for a while. */
export interface Session {
  readonly id: SessionId;
  /** Nobody: it tests its network or passes pieces on, and is never listed. */
  readonly user: UserName | undefined;
  /** Missing where it has shown no key. */
  readonly fingerprint: Fingerprint | undefined;
  readonly instance: InstanceId;
  /** Milliseconds since 1970. */
  readonly since: number;
  epoch: number;
  /** Its present connection; nothing while that is lost. */
  caller: Caller | undefined;
  address: string;
  /** Where it serves; without one it is never listed. */
  port: number | undefined;
  /** What that port answers besides the peer protocol. */
  dialects: readonly Dialect[];
  state: PeerState;
  udp: 'ok' | 'blocked';
  reach: Reach;
  /** What its client was last told of `reach`; nothing before its registration is answered. */
  told: boolean | undefined;
  /** As whom and where the directory has it; nothing while it is not listed. */
  listed: Listed | undefined;
  /** What it has announced while it is not listed, with its bytes as JSON. */
  readonly held: Map<ResourceName, { resource: Announced; bytes: number }>;
  /** The dialling of its port that is under way. */
  look: AbortController | undefined;
  /** Diallings in vain since its registration. */
  looksInVain: number;
  /** The timer of the next one. */
  nextLook: Disposable | undefined;
  ended: boolean;
  /** Settles when what was asked of the directory for it is done; see `inTurn`. */
  turn: Promise<unknown>;
}

export interface Listed extends PeerAddress {
  user: UserName;
}

/** Where others can reach a session, as far as is known; nothing while they cannot. */
export function servesAt({ user, listed, reach, address, port }: Session): PeerAddress | undefined {
  if (user !== undefined) return listed;
  return reach.reachable && port !== undefined ? { address, port } : undefined;
}

/** Does one thing at a time for a session, in the order asked, however long the directory takes. */
export function inTurn<T>(session: Session, act: () => Promise<T>): Promise<T> {
  const done = session.turn.then(act);
  session.turn = done.catch(() => {
    // Whoever asked has the failure; the next in line starts afresh.
  });
  return done;
}

/** Every session there is. Its ids never repeat: not within a run, and not over restarts but for one in a million. */
export class Sessions {
  readonly #byId = new Map<SessionId, Session>();
  readonly #byInstance = new Map<string, Session>();
  readonly #limit: number;
  #nextId: number;

  /** `bootTag` is 20 random bits that tell this run of the tracker from others. */
  constructor(bootTag: number, limit: number) {
    this.#nextId = bootTag * 2 ** 32;
    this.#limit = limit;
  }

  get(id: SessionId): Session | undefined {
    return this.#byId.get(id);
  }

  ofInstance(fingerprint: Fingerprint | undefined, instance: InstanceId): Session | undefined {
    return this.#byInstance.get(`${fingerprint}${instance}`);
  }

  /** @throws RollcallError `limit` */
  add(who: Pick<Session, 'user' | 'fingerprint' | 'instance' | 'since' | 'address'>): Session {
    if (this.#byId.size >= this.#limit) {
      throw new RollcallError('limit', `this tracker takes ${this.#limit} sessions and has them all: try again later`);
    }
    this.#nextId += 1;
    const session: Session = {
      ...who,
      id: sessionId(this.#nextId),
      epoch: 0,
      caller: undefined,
      port: undefined,
      dialects: [],
      state: 'alive',
      udp: 'ok',
      reach: { reachable: false },
      told: undefined,
      listed: undefined,
      held: new Map(),
      look: undefined,
      looksInVain: 0,
      nextLook: undefined,
      ended: false,
      turn: Promise.resolve(),
    };
    this.#byId.set(session.id, session);
    this.#byInstance.set(`${who.fingerprint}${who.instance}`, session);
    return session;
  }

  remove(session: Session): void {
    this.#byId.delete(session.id);
    this.#byInstance.delete(`${session.fingerprint}${session.instance}`);
  }

  [Symbol.iterator](): IterableIterator<Session> {
    return this.#byId.values();
  }
}
