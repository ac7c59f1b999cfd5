import { setImmediate } from 'node:timers/promises';
import { type Clock, sleep } from '../../../base/clock.ts';
import type { Endpoint, PacketSocket } from '../../../net/transport/transport.ts';
import { helloProbe } from '../../../net/wire/classic/hello.ts';
import type { Connection } from '../../brain/commands.ts';
import type { Caller } from '../../brain/sessions.ts';
import type { Tracker } from '../../brain/tracker.ts';
import type { AddressBuckets } from '../addressBuckets.ts';
import { bytesPerToken, holderMs, holderProbes, maxWaitMs } from './limits.ts';

export type Socket = Pick<PacketSocket, 'at' | 'send'>;

/** What all sources share. */
export interface SourceParts {
  tracker: Tracker;
  clock: Clock;
  buckets: AddressBuckets;
  /** Aborts when the tracker closes. */
  closed: AbortSignal;
  /** The tracker's own address, for whoever is at `remote` and spoke to `socket`. */
  local(remote: string, socket: Socket): string;
  /** A request of this source was answered, or is not to be. */
  done(source: Source): void;
  /** It waited for too long. */
  dropped(at: Endpoint, why: string): void;
  /** The source is on the roll no more, or never was, and nothing of it waits. */
  left(source: Source): void;
}

/** Answers one request; never fails. */
export type Reply = () => Promise<string>;

/**
 * An address and port that datagrams come from: a connection, as far as there is one. What it asks is answered one at a
 * time, in order, by the socket that it was asked on. It is on the roll while its caller has a session.
 */
export class Source implements Connection {
  readonly dialect = 'hello';
  readonly fingerprint: undefined;
  readonly unreadBytes = 0;
  readonly at: Endpoint;
  readonly caller: Caller;
  readonly #parts: SourceParts;
  /** The one that it spoke to last. */
  #socket: Socket;
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Ends the wait for a sign of life. */
  #sign: AbortController | undefined;
  #looking: Promise<boolean> | undefined;

  constructor(at: Endpoint, socket: Socket, parts: SourceParts) {
    this.at = at;
    this.#socket = socket;
    this.#parts = parts;
    this.caller = parts.tracker.meet(this);
  }

  get remote(): string {
    return this.at.host;
  }

  get local(): string {
    return this.#parts.local(this.at.host, this.#socket);
  }

  tell(): void {
    // Whatever came unasked would be taken for the reply to the next request.
  }

  probe(): void {
    this.#socket.send(encoder.encode(helloProbe), this.at);
  }

  end(): void {
    this.drop();
  }

  drop(): void {
    if (this.#waiting === 0) this.#parts.left(this);
  }

  /** A datagram of the dialect came from here. */
  heard(): void {
    this.#parts.tracker.heard(this.caller);
    this.#sign?.abort();
  }

  /** Asks for a sign of life, and says whether one came in time. Whoever wants to know meanwhile hears the same. */
  lives(): Promise<boolean> {
    this.#looking ??= this.#look();
    return this.#looking;
  }

  /** Waits until this address may spend so much. Rejects when the tracker closes. */
  async spend(tokens: number): Promise<void> {
    const { buckets, clock, closed } = this.#parts;
    const waitMs = buckets.take(this.remote, tokens);
    if (waitMs > 0) await sleep(clock, waitMs, closed);
  }

  /** Has a request answered by `socket`, after those before it. */
  take(socket: Socket, reply: Reply): void {
    this.#socket = socket;
    this.#waiting += 1;
    const since = this.#parts.clock.now();
    this.#turn = this.#turn.then(() => this.#answer(socket, reply, since));
  }

  async #look(): Promise<boolean> {
    const { clock, closed } = this.#parts;
    const sign = new AbortController();
    const stop = (): void => sign.abort();
    this.#sign = sign;
    closed.addEventListener('abort', stop);
    try {
      for (let probe = 0; probe < holderProbes; probe++) {
        this.probe();
        await sleep(clock, holderMs / holderProbes, sign.signal);
      }
      return closed.aborted;
    } catch {
      // Heard; or the tracker closes, and nobody loses a name by that.
      return true;
    } finally {
      closed.removeEventListener('abort', stop);
      this.#sign = undefined;
      this.#looking = undefined;
    }
  }

  async #answer(socket: Socket, reply: Reply, since: number): Promise<void> {
    const { clock, dropped, done, left } = this.#parts;
    if (clock.now() - since < maxWaitMs) await this.#reply(socket, reply);
    else dropped(this.at, 'they waited for too long');
    this.#waiting -= 1;
    done(this);
    // Others have their turn, however many requests came at once.
    if (this.#waiting > 0) await setImmediate();
    else if (this.caller.session === undefined) left(this);
  }

  async #reply(socket: Socket, reply: Reply): Promise<void> {
    const { buckets, closed } = this.#parts;
    const bytes = encoder.encode(await reply());
    if (closed.aborted) return;
    buckets.take(this.remote, bytes.length / bytesPerToken);
    socket.send(bytes, this.at);
  }
}

const encoder = new TextEncoder();
