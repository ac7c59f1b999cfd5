import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { type UserName, userName } from '../../base/names.ts';
import type { Reach } from '../../base/roll.ts';
import { peerPort as checkedPort, type TrackerAddress, trackerAddress } from '../addresses.ts';
import type { AppEvent, Participant } from '../contract.ts';
import { serverText } from '../session/server.ts';
import type { SharingEvent } from '../sharing/sharing.ts';
import type { Connection, ConnectTo } from './daemon.ts';
import { failureOf } from './failure.ts';

/** Where to, parsed. */
export interface Destination {
  server: TrackerAddress;
  user: UserName;
  peerPort: number;
}

export interface ConnectionsOptions {
  clock: Pick<Clock, 'wall'>;
  log: Log;
  /** Joins; `signal` ends that, and later all that goes on by itself. */
  open(to: Destination, signal: AbortSignal, onEvent: (event: AppEvent) => void): Promise<Participant>;
  /** Where to serve when nobody says. */
  peerPort(): number;
  changed(now: Connection): void;
  /** Joined, for the first time at this tracker; `signal` aborts when it is left. */
  came(participant: Participant, signal: AbortSignal): void;
  /** About to leave. Does not fail. */
  leaving(): Promise<void>;
  shared(event: SharingEvent): void;
}

/** One try to join, and what came of it. */
interface Visit {
  to: Destination;
  life: AbortController;
  participant?: Participant | undefined;
  reach: Reach;
  since: number;
}

/** At which tracker this client is: one at a time, and one change at a time. */
export class Connections implements AsyncDisposable {
  readonly #options: ConnectionsOptions;
  #now: Connection = { state: 'offline' };
  /** The newest try that was asked for; whatever came before it is over, or about to be. */
  #newest: AbortController | undefined;
  #visit: Visit | undefined;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  get now(): Connection {
    return this.#now;
  }

  /** Of the tracker that it is at, even while that is away. */
  get participant(): Participant | undefined {
    return this.#visit?.participant;
  }

  async connect({ server, user, peerPort = this.#options.peerPort() }: ConnectTo): Promise<void> {
    const to = { server: trackerAddress(server), user: userName(user), peerPort: checkedPort(String(peerPort)) };
    if (this.#closed) throw over();
    const life = this.#supersede('another connection was asked for meanwhile');
    this.#newest = life;
    await this.#inTurn(async () => {
      life.signal.throwIfAborted();
      await this.#leave();
      await this.#join({ to, life, reach: { reachable: false }, since: 0 });
    });
  }

  async disconnect(): Promise<void> {
    this.#supersede('it was disconnected meanwhile');
    await this.#inTurn(async () => {
      await this.#leave();
      this.#set({ state: 'offline' });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.disconnect();
  }

  /** Ends a try that is under way. */
  #supersede(why: string): AbortController {
    this.#newest?.abort(new RollcallError('interrupted', why));
    return new AbortController();
  }

  async #join(visit: Visit): Promise<void> {
    const { to, life } = visit;
    life.signal.throwIfAborted();
    this.#visit = visit;
    this.#set({ state: 'connecting', ...named(to) });
    try {
      visit.participant = await this.#options.open(to, life.signal, (event) => this.#heard(visit, event));
      life.signal.throwIfAborted();
    } catch (error) {
      await visit.participant?.[Symbol.asyncDispose]();
      if (this.#visit === visit) this.#visit = undefined;
      if (life.signal.aborted) {
        this.#set({ state: 'offline' });
        throw life.signal.reason;
      }
      const failure = failureOf(error);
      this.#options.log.warn({ ...named(to), ...failure }, 'could not join the tracker');
      this.#set({ state: 'offline', error: failure });
      throw error;
    }
    visit.since = Math.round(this.#options.clock.wall());
    this.#options.log.info({ ...named(to), port: visit.participant.port }, 'joined the tracker');
    this.#setOnline(visit);
    this.#options.came(visit.participant, life.signal);
  }

  #heard(visit: Visit, event: AppEvent): void {
    if (this.#visit !== visit) return;
    switch (event.event) {
      case 'pinned':
        break;
      case 'joined':
      case 'reach': {
        const { reachable, reason } = event;
        visit.reach = { reachable, reason };
        if (event.event === 'joined' && event.again) this.#options.log.info(named(visit.to), 'at the tracker again');
        if (!reachable)
          this.#options.log.warn({ reason }, 'others cannot reach this peer: what it shares is not listed');
        this.#setOnline(visit);
        break;
      }
      case 'lost': {
        const port = visit.participant?.port ?? visit.to.peerPort;
        const retryAt = Math.round(this.#options.clock.wall() + event.retryMs);
        this.#set({ state: 'lost', ...named(visit.to), port, why: event.why, retryAt });
        break;
      }
      case 'ended':
        this.#ended(visit, event.reason);
        break;
      case 'announced':
      case 'withdrawn':
      case 'skipped':
        this.#options.shared(event);
        break;
    }
  }

  /** The tracker has ended it for good; what is left of it is put away in turn. */
  #ended(visit: Visit, reason: string): void {
    const error = new RollcallError('refused', `off the tracker: ${reason}`);
    void this.#inTurn(async () => {
      if (this.#visit !== visit) return;
      await this.#leave();
      this.#set({ state: 'offline', error: failureOf(error) });
    });
  }

  #setOnline({ to, participant, reach, since }: Visit): void {
    if (participant === undefined) return;
    const { port, tracker } = participant;
    this.#set({ state: 'online', ...named(to), fingerprint: tracker.fingerprint, port, ...reach, since });
  }

  #set(now: Connection): void {
    if (now.state === 'offline' && this.#now.state === 'offline' && now.error === this.#now.error) return;
    this.#now = now;
    this.#options.changed(now);
  }

  async #leave(): Promise<void> {
    const visit = this.#visit;
    if (visit?.participant === undefined) return;
    this.#options.log.info(named(visit.to), 'leaving the tracker');
    visit.life.abort(new RollcallError('interrupted', 'the tracker was left'));
    await this.#options.leaving();
    this.#visit = undefined;
    try {
      await visit.participant[Symbol.asyncDispose]();
    } catch (error) {
      this.#options.log.error({ error }, 'something was left open when the tracker was left');
    }
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {
      // Told to whoever asked for it; the next one has its turn all the same.
    });
    return done;
  }
}

const named = ({ server, user }: Destination): { server: string; user: UserName } => ({
  server: serverText(server),
  user,
});

const over = (): RollcallError => new RollcallError('interrupted', 'rollcall ends: nothing is joined any more');
