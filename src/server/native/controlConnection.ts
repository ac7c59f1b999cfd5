import type { Clock } from '../../base/clock.ts';
import { asRollcallError } from '../../base/errors.ts';
import type { Fingerprint } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { Link } from '../../net/transport/transport.ts';
import { decodeMessage, encodeMessage, type Message, type RpcError, rpcCodes } from '../../net/wire/jsonRpc.ts';
import { LineSplitter } from '../../net/wire/lines.ts';
import type { Connection, Told } from '../brain/commands.ts';
import type { Caller } from '../brain/sessions.ts';
import type { Tracker } from '../brain/tracker.ts';
import { firstRequestMs, idleMs, maxUnreadBytes, requestTokens } from '../limits.ts';
import { RequestQueue } from '../requestQueue.ts';
import { encodeTold, parseRequest, rpcErrorOf, unreadableOf } from './methods.ts';

export interface ControlParts {
  tracker: Tracker;
  clock: Clock;
  log: Log;
}

export interface ControlEvents {
  /** A piece of the stream has come. */
  arrived(): void;
  /** Called once. */
  closed(): void;
}

type Request = Message & { type: 'request' | 'notification' };

/** One link that speaks the native protocol. */
export class ControlConnection implements Connection {
  readonly dialect = 'native';
  readonly #link: Link;
  readonly #parts: ControlParts;
  readonly #caller: Caller;
  readonly #queue: RequestQueue;
  readonly #splitter = new LineSplitter();
  readonly #openedAt: number;
  #heardAt: number;
  /** A valid request has come. */
  #asked = false;
  #probes = 0;
  #probedAt = -Infinity;
  /** The probe whose answer somebody waits for. */
  #awaited: { id: number; answered: () => void } | undefined;
  /** What is said last, once this connection is to end; nothing more is read then. */
  #lastLine: string | undefined;
  #closed = false;

  /** To be made in the turn that the link was handed over. */
  constructor(link: Link, parts: ControlParts, events: ControlEvents) {
    this.#link = link;
    this.#parts = parts;
    this.#openedAt = parts.clock.now();
    this.#heardAt = this.#openedAt;
    this.#queue = new RequestQueue(parts.clock, {
      unreadBytes: () => link.queuedBytes,
      tooSlow: () => this.#cut(),
      idle: () => this.#finish(),
    });
    this.#caller = parts.tracker.meet(this);
    link.open({
      data: (bytes) => {
        events.arrived();
        this.#data(bytes);
      },
      closed: () => {
        this.#closed = true;
        this.#queue.clear();
        parts.tracker.closed(this.#caller);
        events.closed();
      },
    });
  }

  get fingerprint(): Fingerprint {
    return this.#link.fingerprint;
  }

  get remote(): string {
    return this.#link.remote.host;
  }

  get local(): string {
    return this.#link.local.host;
  }

  get unreadBytes(): number {
    return this.#link.queuedBytes;
  }

  tell(told: Told): void {
    this.#write(encodeTold(told));
  }

  probe(answered?: () => void): void {
    this.#probes += 1;
    if (answered !== undefined) this.#awaited = { id: this.#probes, answered };
    this.#probedAt = this.#parts.clock.now();
    this.#write(encodeMessage({ type: 'request', id: this.#probes, method: 'probe', params: {} }));
  }

  end(reason?: string): void {
    this.#queue.clear();
    this.#endWith(
      reason === undefined ? '' : encodeMessage({ type: 'notification', method: 'ended', params: { reason } }),
    );
  }

  drop(): void {
    this.#link.destroy();
  }

  /** Holds the connection to its deadlines; to be called every `sweepMs`. */
  check(now: number): void {
    if (this.#lastLine !== undefined || this.#queue.working) return;
    const { tracker } = this.#parts;
    const silentMs = now - this.#heardAt;
    if (!this.#asked && now - this.#openedAt >= firstRequestMs) {
      this.#refuse(tooLate(`no valid request came within ${firstRequestMs / 1000} s`));
    } else if (silentMs >= idleMs && !tracker.isPeer(this.#caller)) {
      const asked = this.#probedAt > this.#heardAt;
      if (!tracker.isSubscriber(this.#caller) || silentMs >= 2 * idleMs) {
        this.#refuse(tooLate(`nothing came for ${Math.floor(silentMs / 1000)} s`));
      } else if (!asked) {
        this.probe();
      }
    }
  }

  #data(bytes: Uint8Array): void {
    this.#heardAt = this.#parts.clock.now();
    this.#parts.tracker.heard(this.#caller);
    if (this.#lastLine !== undefined) return;
    try {
      for (const line of this.#splitter.push(bytes)) this.#take(line);
    } catch (error) {
      this.#refuse(unreadableOf(asRollcallError(error)));
    }
  }

  #take(line: string): void {
    const message = decodeMessage(line);
    if (message.type !== 'request' && message.type !== 'notification') {
      // To most probes an answer has done its work by having come.
      if (message.id === this.#awaited?.id) this.#awaited?.answered();
      return;
    }
    this.#queue.add({
      bytes: line.length,
      tokens: requestTokens.get(message.method) ?? 1,
      answer: () => this.#answer(message),
    });
  }

  async #answer(request: Request): Promise<void> {
    const { tracker, log } = this.#parts;
    const answer = (message: (id: number) => Message): void => {
      if (request.type === 'request') this.#write(encodeMessage(message(request.id)));
    };
    try {
      const { call, stamp } = parseRequest(request.method, request.params);
      this.#asked = true;
      const result = await call((command) => tracker.ask(this.#caller, command, stamp));
      answer((id) => ({ type: 'result', id, result }));
    } catch (thrown) {
      const error = rpcErrorOf(thrown);
      const stack = thrown instanceof Error ? thrown.stack : String(thrown);
      if (error.name === 'fault') log.error({ method: request.method, stack }, 'a fault');
      answer((id) => ({ type: 'error', id, error }));
    }
  }

  /** Says what is wrong with the whole connection, once what came before is answered, and ends it. */
  #refuse(error: RpcError): void {
    this.#parts.log.debug({ address: this.remote, why: error.message }, 'a connection was ended');
    this.#endWith(encodeMessage({ type: 'error', id: null, error }));
  }

  #endWith(lastLine: string): void {
    if (this.#lastLine !== undefined) return;
    this.#lastLine = lastLine;
    if (!this.#queue.working) this.#finish();
  }

  #finish(): void {
    if (this.#lastLine === undefined || this.#closed) return;
    if (this.#lastLine !== '') this.#link.write(this.#lastLine);
    this.#link.end();
  }

  #write(line: string): void {
    if (this.#closed) return;
    this.#link.write(line);
    if (this.#link.queuedBytes > maxUnreadBytes) this.#cut();
  }

  #cut(): void {
    this.#parts.log.warn({ address: this.remote, unreadBytes: this.#link.queuedBytes }, 'a slow reader was cut');
    this.drop();
  }
}

const tooLate = (what: string): RpcError => ({
  code: rpcCodes.named,
  message: `${what}: the connection is closed`,
  name: 'limit',
});
