import { type Clock, every, sleep } from '../../../base/clock.ts';
import { RollcallError } from '../../../base/errors.ts';
import { sizeText } from '../../../base/sizeText.ts';
import type { HttpAnswer, HttpConnection } from '../../../net/transport/transport.ts';
import { answerMs, dialMs, lookMs, slowBytesPerSecond, slowWindowMs } from '../limits.ts';
import { OwnerFault } from '../plan/faults.ts';
import type { AnyOwner } from '../plan/owners.ts';
import type { DownloadPorts } from '../ports.ts';
import type { Sink } from '../write/target.ts';
import type { FlowTime } from './flowTime.ts';
import { Progress } from './progress.ts';

export interface SourceOptions extends Pick<DownloadPorts, 'identity' | 'transport' | 'clock' | 'limit'> {
  signal: AbortSignal;
  /** Told while we hold the flow. */
  flow?: FlowTime | undefined;
  /** True where another owner could be asked right away, so that a slow one need not be borne with. */
  hasOther(): boolean;
}

/** How long an answer's body may take; one that stops is never waited for. */
export interface Patience {
  /** It is no fault that little comes. */
  drips?: boolean | undefined;
  /** All of it is to come within these, flow time in milliseconds, whether or not there is another owner. */
  withinMs?: number | undefined;
}

/** One owner, over one connection that is opened when it is first needed and kept until it fails. */
export class Source implements AsyncDisposable {
  /** Of what it was asked for last. */
  readonly progress: Progress;
  readonly clock: Clock;
  #owner: AnyOwner;
  readonly #options: SourceOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #connection: HttpConnection | undefined;

  constructor(owner: AnyOwner, options: SourceOptions) {
    this.#owner = owner;
    this.#options = options;
    this.clock = options.clock;
    this.progress = new Progress(() => this.#flowNow());
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
  }

  get owner(): AnyOwner {
    return this.#owner;
  }

  /** The same owner, with a fresh ticket. */
  renew(owner: AnyOwner): void {
    this.#owner = owner;
  }

  /** True once it was broken off, or failed for good. */
  get over(): boolean {
    return this.#signal.aborted;
  }

  /**
   * Asks for a path with this owner's ticket; the answer may have any status.
   * @throws OwnerFault `unreachable`; the signal's reason
   */
  async get(path: string, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const kept = this.#connection !== undefined;
    this.progress.asked();
    try {
      return await this.#ask(path, headers);
    } catch (error) {
      if (!kept || this.#signal.aborted) throw error;
      // The owner may close a connection that was idle for a while: that says nothing against it.
      await this.#hangUp();
      return await this.#ask(path, headers);
    }
  }

  /**
   * Reads an answer's body. An error of `sink` comes through as it is.
   * @throws OwnerFault `cut`, `slow`, `unreachable`; the signal's reason
   */
  async read(answer: HttpAnswer, sink: Sink, { drips = false, withinMs }: Patience = {}): Promise<void> {
    const { flow } = this.#options;
    this.progress.head(Number(answer.headers.get('content-length') ?? 0));
    let failure: { error: unknown } | undefined;
    const failed = (error: unknown): never => {
      failure = { error };
      throw error;
    };
    let bytes = 0;
    let holding = false;
    let held = false;
    const goOn = (): void => {
      if (holding) flow?.goOn();
      holding = false;
    };
    using _watch = this.#watch(() => {
      const looked = { bytes, held };
      bytes = 0;
      held = holding;
      return looked;
    }, drips);
    using _end = withinMs === undefined ? undefined : this.#within(withinMs);
    const take: Sink = (chunk) => {
      // An answer that was given up may still have something to say.
      this.#signal.throwIfAborted();
      bytes += chunk.length;
      this.progress.got(chunk.length);
      let taken: void | Promise<void>;
      try {
        taken = this.#pour(chunk, sink);
      } catch (error) {
        return failed(error);
      }
      if (taken === undefined) return;
      holding = true;
      held = true;
      flow?.hold();
      return taken.then(goOn, failed);
    };
    try {
      await this.#until(answer.read(take));
    } catch (error) {
      if (failure !== undefined) throw failure.error;
      this.#signal.throwIfAborted();
      throw new OwnerFault('cut', reason(error), { cause: error });
    } finally {
      goOn();
    }
  }

  /** As `read`, for a body that is not worth more patience than a head. */
  async readSoon(answer: HttpAnswer, sink: Sink): Promise<void> {
    using _deadline = this.#deadline(answerMs);
    await this.read(answer, sink);
  }

  /** Leaves the owner alone for `ms`. @throws what it was broken off with; the signal's reason */
  async rest(ms: number): Promise<void> {
    await sleep(this.clock, ms, this.#signal);
  }

  /** Breaks off whatever goes on with this owner. */
  breakOff(why: unknown): void {
    this.#stop.abort(why);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hangUp();
  }

  /** As fast as the limit allows. */
  #pour(chunk: Uint8Array, sink: Sink): void | Promise<void> {
    const later = this.#options.limit?.take(chunk.length, this.#signal);
    return later === undefined ? sink(chunk) : later.then(() => sink(chunk));
  }

  async #ask(path: string, headers: Record<string, string>): Promise<HttpAnswer> {
    try {
      this.#connection ??= await this.#dial();
      using _deadline = this.#deadline(answerMs);
      const request = {
        method: 'GET',
        path,
        headers: new Map(Object.entries({ authorization: `Bearer ${this.#owner.ticket}`, ...headers })),
      };
      return await this.#until(this.#connection.request(request, this.#signal));
    } catch (error) {
      this.#signal.throwIfAborted();
      throw new OwnerFault('unreachable', reason(error), { cause: error });
    }
  }

  async #dial(): Promise<HttpConnection> {
    using _deadline = this.#deadline(dialMs);
    const { identity, transport } = this.#options;
    const { address: host, port, fingerprint: expect } = this.#owner;
    const signal = this.#signal;
    const dialling = transport.dialHttp({ host, port }, { identity, expect, signal });
    try {
      return await this.#until(dialling);
    } catch (error) {
      // Should it come up after all, nobody wants it any more.
      void dialling.then(
        (late) => late[Symbol.asyncDispose](),
        () => {},
      );
      throw error;
    }
  }

  /** Waits, yet no longer than this source lasts. */
  async #until<T>(promise: Promise<T>): Promise<T> {
    const signal = this.#signal;
    let abort = (): void => {};
    const stopped = new Promise<never>((_, reject) => {
      abort = () => reject(signal.reason);
    });
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await Promise.race([promise, stopped]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #deadline(ms: number): Disposable {
    return this.clock.after(ms, () => {
      this.#stop.abort(new OwnerFault('unreachable', `no answer within ${ms / 1000} s`));
    });
  }

  /** `look` tells what came since it was last called, and whether we held the flow for some of it. */
  #watch(look: () => { bytes: number; held: boolean }, drips: boolean): Disposable {
    return every(this.clock, slowWindowMs, () => {
      const { bytes, held } = look();
      if (held) return;
      const seconds = slowWindowMs / 1000;
      if (bytes === 0) this.#stop.abort(new OwnerFault('cut', `it sent nothing for ${seconds} s`));
      else if (!drips && bytes < slowBytesPerSecond * seconds && this.#options.hasOther()) {
        this.#stop.abort(new OwnerFault('slow', `it sent ${sizeText(bytes)} in ${seconds} s`));
      }
    });
  }

  #within(ms: number): Disposable {
    const end = this.#flowNow() + ms;
    return every(this.clock, lookMs, () => {
      if (this.#flowNow() < end) return;
      this.#stop.abort(new OwnerFault('slow', `its answer had not come whole after ${Math.round(ms / 1000)} s`));
    });
  }

  #flowNow(): number {
    return this.#options.flow?.now() ?? this.clock.now();
  }

  async #hangUp(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.[Symbol.asyncDispose]();
  }
}

function reason(error: unknown): string {
  return error instanceof RollcallError || error instanceof Error ? error.message : String(error);
}
