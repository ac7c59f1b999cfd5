import type { Clock } from '../../base/clock.ts';
import { asRollcallError, RollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Link } from '../../net/transport/transport.ts';
import type { TrackerCalls, TrackerMethod } from '../../net/wire/control.ts';
import { trackerMethods } from '../../net/wire/controlSchemas.ts';
import { decodeMessage, encodeMessage, type Message, type RpcError, rpcCodes } from '../../net/wire/jsonRpc.ts';
import { LineSplitter, maxLineBytes } from '../../net/wire/lines.ts';
import { deadline } from './deadline.ts';
import { maxPending, maxQueuedBytes } from './limits.ts';
import { type ReceivedNotice, readNotice } from './notices.ts';
import type { Stamp } from './session.ts';
import { isStamped } from './stamped.ts';

export interface RpcHandlers {
  /** Bytes came. */
  heard(): void;
  /** The tracker asks for a heartbeat at once. */
  probe(): void;
  notice(notice: ReceivedNotice): void;
  /** Called once, unless it was we who closed. */
  lost(error: RollcallError): void;
}

export interface CallOptions {
  /** Milliseconds until the call is given up. */
  ms: number;
  signal?: AbortSignal | undefined;
  /** Called when the question goes out, which a stamp may have kept waiting. */
  sending?: (() => void) | undefined;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

export interface RpcOptions {
  link: Link;
  clock: Clock;
  /** What each operation is stamped with; nothing where it is missing. */
  stamp?: Stamp | undefined;
  log: Log;
  handlers: RpcHandlers;
}

/** JSON-RPC over one link: asks, matches answers to questions, serves the tracker's own questions. */
export class Rpc {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #stamp: Stamp | undefined;
  readonly #log: Log;
  readonly #handlers: RpcHandlers;
  readonly #splitter = new LineSplitter();
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #gone: RollcallError | undefined;

  /** Starts the flow of the link, so it is to be made in the turn that the link was handed over. */
  constructor({ link, clock, stamp, log, handlers }: RpcOptions) {
    this.#link = link;
    this.#clock = clock;
    this.#stamp = stamp;
    this.#log = log;
    this.#handlers = handlers;
    link.open({
      data: (bytes) => this.#data(bytes),
      closed: (error) => this.#fail(lost(error)),
    });
  }

  get isOpen(): boolean {
    return this.#gone === undefined;
  }

  /** @throws RollcallError why the link is gone */
  throwIfClosed(): void {
    if (this.#gone !== undefined) throw this.#gone;
  }

  /**
   * @throws RollcallError with the code that the tracker named; `unreachable` where the link is lost or the answer is
   * late; `bad-message` where the answer does not follow the protocol
   */
  async call<M extends TrackerMethod>(
    method: M,
    params: TrackerCalls[M]['params'],
    { ms, signal, sending }: CallOptions,
  ): Promise<TrackerCalls[M]['result']> {
    using limit = deadline(this.#clock, ms, () => late(method, ms), signal);
    // Half of the time is the tracker's, whoever tells the date.
    const stamp = isStamped(method, params) ? this.#stamp?.(ms / 2, limit.signal) : undefined;
    const said = typeof stamp === 'object' ? await stamp : stamp;
    const told = said === undefined ? params : { ...params, stamp: said };
    sending?.();
    const answer = trackerMethods[method].result.safeParse(await this.#ask(method, told, limit.signal));
    if (answer.success) return answer.data;
    const [issue] = answer.error.issues;
    throw new RollcallError(
      'bad-message',
      `the tracker's answer to "${method}" does not follow the protocol: ${issue?.path.join('.') || 'result'}: ${issue?.message}`,
    );
  }

  /** Sends what is queued, then closes. */
  end(): void {
    this.#fail(lost(), () => this.#link.end());
  }

  destroy(): void {
    this.#fail(lost(), () => this.#link.destroy());
  }

  #ask(method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    this.throwIfClosed();
    signal.throwIfAborted();
    if (this.#pending.size >= maxPending) {
      throw new RollcallError('limit', `more than ${maxPending} calls wait for the tracker at once`);
    }
    this.#lastId += 1;
    const id = this.#lastId;
    const line = encodeMessage({ type: 'request', id, method, params });
    if (Buffer.byteLength(line) > maxLineBytes) {
      throw new RollcallError('limit', `a "${method}" of more than ${maxLineBytes} bytes cannot be sent: ask for less`);
    }
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      signal.addEventListener('abort', () => this.#settle(id)?.reject(signal.reason), { once: true });
      this.#link.write(line);
    });
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #data(bytes: Uint8Array): void {
    if (this.#gone !== undefined) return;
    this.#handlers.heard();
    for (const message of this.#decode(bytes)) {
      if (this.#gone !== undefined) return;
      this.#message(message);
    }
  }

  #decode(bytes: Uint8Array): Message[] {
    try {
      return this.#splitter.push(bytes).map(decodeMessage);
    } catch (cause) {
      const { message } = asRollcallError(cause);
      this.#lose(new RollcallError('bad-message', `the tracker does not follow the protocol: ${message}`, { cause }));
      return [];
    }
  }

  #message(message: Message): void {
    // The first call goes out when the tracker's key was found right; until then it has no say.
    if (this.#lastId === 0) return;
    switch (message.type) {
      case 'result':
        this.#settle(message.id)?.resolve(message.result);
        return;
      case 'error':
        if (message.id === null) this.#lose(refusal(message.error));
        else this.#settle(message.id)?.reject(refusal(message.error));
        return;
      case 'request':
        this.#serve(message.id, message.method);
        return;
      case 'notification': {
        const notice = readNotice(message.method, message.params);
        if (notice !== undefined) this.#handlers.notice(notice);
        else this.#log.debug({ method: message.method }, 'a notice that is not understood');
      }
    }
  }

  #serve(id: number, method: string): void {
    if (this.#link.queuedBytes > maxQueuedBytes) {
      this.#lose(new RollcallError('limit', `the tracker asks and does not read: over ${maxQueuedBytes} bytes wait`));
    } else if (method === 'probe') {
      this.#link.write(encodeMessage({ type: 'result', id, result: {} }));
      this.#handlers.probe();
    } else {
      const error = { code: rpcCodes.methodNotFound, message: 'method not found' };
      this.#link.write(encodeMessage({ type: 'error', id, error }));
    }
  }

  /** Closes for a fault of the tracker's. */
  #lose(error: RollcallError): void {
    this.#fail(error, () => {
      this.#link.destroy();
      this.#handlers.lost(error);
    });
  }

  #fail(error: RollcallError, close: () => void = () => this.#handlers.lost(error)): void {
    if (this.#gone !== undefined) return;
    this.#gone = error;
    close();
    for (const pending of [...this.#pending.values()]) pending.reject(error);
    this.#pending.clear();
  }
}

function lost(cause?: Error): RollcallError {
  const why = cause === undefined ? 'it was closed' : cause.message;
  return new RollcallError('unreachable', `the connection to the tracker is lost: ${why}`, { cause });
}

/** What a call throws that the tracker leaves unanswered. */
export function late(method: string, ms: number): RollcallError {
  return new RollcallError(
    'unreachable',
    `the tracker did not answer "${method}" within ${ms / 1000} s: try again, or see whether it is overloaded`,
  );
}

/** A tracker's error by its own name; by its number where another make of tracker gives none. */
function refusal({ code, message, name }: RpcError): RollcallError {
  if (name !== undefined) return new RollcallError(name, message);
  switch (code) {
    case rpcCodes.methodNotFound:
      return new RollcallError('bad-message', `the tracker cannot do this, it may be of another version: ${message}`);
    case rpcCodes.invalidParams:
      return new RollcallError('usage', `the tracker refuses what it was asked: ${message}`);
    default:
      return new RollcallError('fault', `the tracker failed: ${message}`);
  }
}
