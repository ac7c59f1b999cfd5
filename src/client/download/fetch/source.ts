import { type Clock, every } from '../../../base/clock.ts';
import { RollcallError } from '../../../base/errors.ts';
import type { Owner } from '../../../base/roll.ts';
import type { HttpAnswer, HttpConnection } from '../../../net/transport/transport.ts';
import { answerMs, dialMs, slowBytesPerSecond, slowWindowMs } from '../limits.ts';
import { OwnerFault } from '../plan/faults.ts';
import type { DownloadPorts } from '../ports.ts';

/** Takes the bytes of an answer; each chunk is valid for the call. A promise holds the flow until it settles. */
export type Sink = (chunk: Uint8Array) => void | Promise<void>;

export interface SourceOptions extends Pick<DownloadPorts, 'identity' | 'transport' | 'clock'> {
  signal: AbortSignal;
  /** True where another owner could be asked right away, so that a slow one need not be borne with. */
  hasOther(): boolean;
}

/** One owner, over one connection that is opened when it is first needed and kept until it fails. */
export class Source implements AsyncDisposable {
  readonly owner: Owner;
  readonly #options: SourceOptions;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #forget: () => void;
  #connection: HttpConnection | undefined;

  constructor(owner: Owner, options: SourceOptions) {
    this.owner = owner;
    this.#options = options;
    this.#clock = options.clock;
    const { signal } = options;
    const abort = (): void => this.#stop.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    this.#forget = () => signal.removeEventListener('abort', abort);
  }

  /**
   * Asks for a path with this owner's ticket; the answer may have any status.
   * @throws OwnerFault `unreachable`; the signal's reason
   */
  async get(path: string, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const kept = this.#connection !== undefined;
    try {
      return await this.#ask(path, headers);
    } catch (error) {
      if (!kept || this.#stop.signal.aborted) throw error;
      // The owner may close a connection that was idle for a while: that says nothing against it.
      await this.#hangUp();
      return await this.#ask(path, headers);
    }
  }

  /**
   * Reads an answer's body. An error of `sink` comes through as it is.
   * @throws OwnerFault `cut`, `slow`, `unreachable`; the signal's reason
   */
  async read(answer: HttpAnswer, sink: Sink): Promise<void> {
    let failure: { error: unknown } | undefined;
    const failed = (error: unknown): never => {
      failure = { error };
      throw error;
    };
    let bytes = 0;
    let holding = false;
    let held = false;
    using _watch = this.#watch(() => {
      const flow = { bytes, held };
      bytes = 0;
      held = holding;
      return flow;
    });
    const take: Sink = (chunk) => {
      // An answer that was given up may still have something to say.
      this.#stop.signal.throwIfAborted();
      bytes += chunk.length;
      let taken: void | Promise<void>;
      try {
        taken = sink(chunk);
      } catch (error) {
        return failed(error);
      }
      if (taken === undefined) return;
      holding = true;
      held = true;
      return taken.then(() => {
        holding = false;
      }, failed);
    };
    try {
      await this.#until(answer.read(take));
    } catch (error) {
      if (failure !== undefined) throw failure.error;
      this.#stop.signal.throwIfAborted();
      throw new OwnerFault('cut', reason(error), { cause: error });
    }
  }

  /** As `read`, for a body that is not worth more patience than a head. */
  async readSoon(answer: HttpAnswer, sink: Sink): Promise<void> {
    using _deadline = this.#deadline(answerMs);
    await this.read(answer, sink);
  }

  /** Breaks off whatever goes on with this owner. */
  breakOff(why: unknown): void {
    this.#stop.abort(why);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#forget();
    await this.#hangUp();
  }

  async #ask(path: string, headers: Record<string, string>): Promise<HttpAnswer> {
    try {
      this.#connection ??= await this.#dial();
      using _deadline = this.#deadline(answerMs);
      const request = {
        method: 'GET',
        path,
        headers: new Map(Object.entries({ authorization: `Bearer ${this.owner.ticket}`, ...headers })),
      };
      return await this.#until(this.#connection.request(request, this.#stop.signal));
    } catch (error) {
      this.#stop.signal.throwIfAborted();
      throw new OwnerFault('unreachable', reason(error), { cause: error });
    }
  }

  async #dial(): Promise<HttpConnection> {
    using _deadline = this.#deadline(dialMs);
    const { identity, transport } = this.#options;
    const { address: host, port, fingerprint: expect } = this.owner;
    const signal = this.#stop.signal;
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
    const { signal } = this.#stop;
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
    return this.#clock.after(ms, () => {
      this.#stop.abort(new OwnerFault('unreachable', `no answer within ${ms / 1000} s`));
    });
  }

  /** `look` tells what came since it was last called, and whether we held the flow for some of it. */
  #watch(look: () => { bytes: number; held: boolean }): Disposable {
    return every(this.#clock, slowWindowMs, () => {
      const { bytes, held } = look();
      if (held) return;
      const seconds = slowWindowMs / 1000;
      if (bytes === 0) this.#stop.abort(new OwnerFault('cut', `it sent nothing for ${seconds} s`));
      else if (bytes < slowBytesPerSecond * seconds && this.#options.hasOther()) {
        this.#stop.abort(new OwnerFault('slow', `it sent ${bytes} bytes in ${seconds} s`));
      }
    });
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
