import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import type { RollcallError } from '../../../base/errors.ts';
import type { Fingerprint } from '../../../base/ids.ts';
import { abortReason, closedByUs, endedEarly, lost, oneAtATime, showEndpoint, stalled } from '../failures.ts';
import { answerIdleMs, readBufferBytes } from '../limits.ts';
import type { DialOptions, Endpoint, HttpAnswer, HttpConnection, HttpRequest } from '../transport.ts';
import { type AnswerHead, Exchange, type Sink } from './exchange.ts';
import { Gathering } from './gathering.ts';
import type { Ground } from './ground.ts';
import { encodeRequest } from './request.ts';
import { type SilenceWatch, watchSilence } from './silence.ts';
import { type Dialled, dialTls } from './tls.ts';

export async function dialHttp(to: Endpoint, options: DialOptions, { clock }: Ground): Promise<HttpConnection> {
  const intake = new Intake();
  const onread = {
    buffer: () => intake.buffer(),
    callback: (count: number, buffer: Uint8Array) => intake.take(buffer.subarray(0, count)),
  };
  const dialled = await dialTls(to, { ...options, speaks: 'http', onread });
  return new NodeHttpConnection(to, dialled, intake, clock);
}

/**
 * Where the socket puts what it reads: one buffer again and again, which costs half of what a stream does, and fresh
 * ones only while bytes of the last have to stay.
 */
class Intake {
  exchange: Exchange | undefined;
  /** Keeps the time that the other side takes. */
  watch: SilenceWatch | undefined;
  gathering: Gathering | undefined;
  readonly #shared = new Uint8Array(readBufferBytes);

  buffer(): Uint8Array {
    return this.exchange?.held ? new Uint8Array(readBufferBytes) : this.#shared;
  }

  /** Bytes that nobody asked for are dropped. */
  take(bytes: Uint8Array): boolean {
    this.watch?.heard();
    const { exchange } = this;
    if (exchange === undefined) return true;
    const more = exchange.push(bytes);
    if (!more) this.gathering?.want(false);
    if (!exchange.whole) this.gathering?.heard(bytes.length);
    return more;
  }
}

class NodeHttpConnection implements HttpConnection {
  readonly fingerprint: Fingerprint;
  readonly publicKey: Uint8Array;
  readonly #to: Endpoint;
  readonly #socket: TLSSocket;
  readonly #intake: Intake;
  readonly #clock: Clock;
  /** Ends the present exchange, whatever it waits for. */
  #fail: ((error: unknown) => void) | undefined;
  /** Why there will be no more exchanges. */
  #over: RollcallError | undefined;

  constructor(to: Endpoint, { socket, fingerprint, publicKey }: Dialled, intake: Intake, clock: Clock) {
    this.#clock = clock;
    this.#to = to;
    this.#socket = socket;
    this.#intake = intake;
    this.fingerprint = fingerprint;
    this.publicKey = publicKey;
    intake.gathering = new Gathering(clock, {
      pause: () => socket.pause(),
      resume: () => socket.resume(),
    });
    let cause: Error | undefined;
    socket.on('error', (error) => {
      cause = error;
    });
    socket.once('close', () => {
      this.#over ??= lost(to, cause);
      if (this.#intake.exchange?.whole === false) this.#fail?.(endedEarly(to, cause));
    });
  }

  async request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    if (this.#intake.exchange !== undefined) throw oneAtATime(this.#to);
    if (this.#over !== undefined) throw this.#over;
    if (signal.aborted) throw abortReason(signal, this.#to);
    const head = encodeRequest(request, showEndpoint(this.#to));
    return new Promise((resolve, reject) => {
      const answer = this.#await(request.method, signal, (exchange, { status, headers }, finished) => {
        const read = (sink: Sink): Promise<void> => {
          exchange.read(sink);
          return finished;
        };
        resolve({ status, headers, read });
      });
      answer.catch(reject);
      this.#socket.write(head);
    });
  }

  /** Makes the exchange that the bytes to come belong to. Settles with the end of its answer. */
  #await(
    method: string,
    signal: AbortSignal,
    onHead: (exchange: Exchange, head: AnswerHead, finished: Promise<void>) => void,
  ): Promise<void> {
    const finished = new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        signal.removeEventListener('abort', abort);
        watch[Symbol.dispose]();
        this.#intake.watch = undefined;
        this.#intake.exchange = undefined;
        this.#intake.gathering?.over();
        this.#fail = undefined;
      };
      const fail = (error: unknown): void => {
        leave();
        exchange.abandon();
        this.#socket.destroy();
        reject(error);
      };
      const abort = (): void => fail(abortReason(signal, this.#to));
      const exchange = new Exchange(method, {
        head: (head) => onHead(exchange, head, finished),
        finished() {
          leave();
          resolve();
        },
        failed: fail,
        resume: () => this.#intake.gathering?.want(true),
      });
      const watch = watchSilence(this.#clock, answerIdleMs, {
        excused: () => exchange.held,
        silent: () => fail(stalled(this.#to, answerIdleMs)),
      });
      signal.addEventListener('abort', abort, { once: true });
      this.#intake.exchange = exchange;
      this.#intake.watch = watch;
      this.#fail = fail;
    });
    return finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over ??= closedByUs(this.#to);
    this.#fail?.(this.#over);
    this.#intake.gathering?.[Symbol.dispose]();
    this.#socket.destroy();
  }
}
