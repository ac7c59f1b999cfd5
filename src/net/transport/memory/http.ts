import type { Fingerprint } from '../../../base/ids.ts';
import { closeSource, whileThere } from '../bodies.ts';
import { abortReason, closedByUs, endedEarly, lost, oneAtATime, stalled } from '../failures.ts';
import { answerIdleMs, httpHandshakeMs } from '../limits.ts';
import { faultReply } from '../replies.ts';
import type {
  Endpoint,
  HttpAnswer,
  HttpConnection,
  HttpReply,
  HttpRequest,
  Link,
  ServeHttpOptions,
  Stream,
} from '../transport.ts';
import { ask, unlessAborted } from './ask.ts';
import type { Connected } from './dial.ts';
import { tellPlain } from './plain.ts';
import { speakHttp } from './plainHttp.ts';
import type { Host, Service, Wire } from './wire.ts';

/** What serves HTTP on a port. */
export function httpService(
  wire: Wire,
  { identity, handle, plain, plainHttp = false, admit, departed }: ServeHttpOptions,
): Service {
  /** Of each caller's latest request: aborts when he is gone. */
  const callers = new WeakMap<Stream, AbortController>();
  const arrived = (stream: Stream): void => void callers.set(stream, new AbortController());
  const gone = (stream: Stream): void => callers.get(stream)?.abort(lost(stream.remote));
  const exchange = async (
    encrypted: boolean,
    stream: Stream,
    request: HttpRequest,
    fingerprint?: Fingerprint,
  ): Promise<HttpReply> => {
    const left = new AbortController();
    if (callers.get(stream)?.signal.aborted !== false) left.abort(lost(stream.remote));
    callers.set(stream, left);
    const { signal } = left;
    try {
      const reply = await handle(request, { remote: stream.remote, encrypted, fingerprint, signal });
      if (reply.body === undefined || reply.body instanceof Uint8Array) return reply;
      const chunks = whileThere(reply.body, signal);
      if (request.method === 'HEAD') closeSource(chunks);
      return { ...reply, body: { [Symbol.asyncIterator]: () => chunks } };
    } catch {
      return faultReply;
    }
  };
  const ports = { ...(admit && { admit }), ...(departed && { departed }) };
  const speak = (stream: Stream): void => {
    arrived(stream);
    speakHttp(
      stream,
      () => gone(stream),
      (request) => exchange(false, stream, request),
    );
  };
  if (identity === undefined) return { ...ports, plain: speak };
  const accept = (link: Link): void => {
    arrived(link);
    link.open({ data: () => {}, closed: () => gone(link) });
  };
  return {
    ...ports,
    secure: { speaks: 'http', identity, accept, exchange: (...asked) => exchange(true, ...asked) },
    plain: tellPlain(
      wire,
      httpHandshakeMs,
      (stream) => (plain === undefined ? stream.destroy() : plain(stream)),
      plainHttp ? speak : undefined,
    ),
  };
}

/** The caller's side of a connection to one. */
export class MemoryHttp implements HttpConnection {
  readonly fingerprint: Fingerprint;
  readonly #wire: Wire;
  readonly #from: Host;
  readonly #to: Endpoint;
  readonly #connected: Connected;
  readonly #gone = new AbortController();
  #busy = false;

  constructor(wire: Wire, from: Host, to: Endpoint, connected: Connected) {
    this.#wire = wire;
    this.#from = from;
    this.#to = to;
    this.#connected = connected;
    this.fingerprint = connected.link.fingerprint;
    connected.link.open({ data: () => {}, closed: (error) => this.#gone.abort(lost(to, error)) });
  }

  get publicKey(): Uint8Array {
    return this.#connected.link.publicKey;
  }

  async request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    this.#gone.signal.throwIfAborted();
    if (signal.aborted) throw abortReason(signal, this.#to);
    if (this.#busy) throw oneAtATime(this.#to);
    this.#busy = true;
    const { service, far } = this.#connected;
    const reply = await this.#ask(async () => service.exchange?.(far, request, far.fingerprint), signal);
    if (reply === undefined) throw lost(this.#to);
    const body = request.method === 'HEAD' ? undefined : reply.body;
    const headers = new Map(reply.headers);
    if (body instanceof Uint8Array) headers.set('content-length', String(body.length));
    if (body === undefined) this.#busy = false;
    return {
      status: reply.status,
      headers,
      read: async (sink) => {
        if (body === undefined) return;
        await this.#read(body, headers.get('content-length'), sink, signal);
        this.#busy = false;
      },
    };
  }

  async #read(
    body: NonNullable<HttpReply['body']>,
    length: string | undefined,
    sink: (chunk: Uint8Array) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    let bytes = 0;
    const chunks = (body instanceof Uint8Array ? once(body) : body)[Symbol.asyncIterator]();
    const pull = (): Promise<IteratorResult<Uint8Array>> =>
      chunks.next().catch((cause) => {
        throw endedEarly(this.#to, cause);
      });
    try {
      while (true) {
        const next = await this.#ask(pull, signal);
        if (next.done === true) break;
        bytes += next.value.length;
        if (length !== undefined && bytes > Number(length)) throw endedEarly(this.#to);
        const chunk = new Uint8Array(next.value);
        const taken = sink(chunk);
        if (taken !== undefined) await unlessAborted(taken, AbortSignal.any([signal, this.#gone.signal]), this.#to);
        chunk.fill(0);
      }
      if (length !== undefined && bytes !== Number(length)) throw endedEarly(this.#to);
    } catch (error) {
      this.#connected.link.destroy();
      throw error;
    }
  }

  /** Lets the other side do something, for as long as the connection holds and it is not silent for too long. */
  async #ask<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const patience = new AbortController();
    const timer = this.#wire.clock.after(answerIdleMs, () => patience.abort(stalled(this.#to, answerIdleMs)));
    const any = AbortSignal.any([signal, this.#gone.signal, patience.signal]);
    const route = { from: this.#from, to: this.#connected.host, at: this.#to };
    try {
      return await ask(this.#wire, route, act, any);
    } catch (error) {
      this.#connected.link.destroy();
      throw error;
    } finally {
      timer[Symbol.dispose]();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#gone.abort(closedByUs(this.#to));
    this.#connected.link.destroy();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
