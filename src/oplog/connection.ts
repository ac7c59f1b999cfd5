import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Stream } from '../net/transport/transport.ts';
import { encodeRecord, RecordReader } from '../net/wire/oncRpc/records.ts';
import type { Sender, TakeCall } from './calls.ts';
import { idleMs, maxUnreadBytes, maxWaitingBytes, stuckMs } from './limits.ts';

export interface ConnectionOptions {
  sender: Sender;
  take: TakeCall;
  clock: Clock;
  log: Log;
  closed(): void;
}

/** A call, from when it is read to when it is answered. */
interface Waiting {
  bytes: number;
  answer?: Uint8Array;
}

/** One client over TCP: calls in, answers out in the order of the calls. */
export class Connection {
  readonly #stream: Stream;
  readonly #options: ConnectionOptions;
  readonly #records = new RecordReader();
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #heardAt: number;
  #flushing = false;
  #lastWord = false;
  #closed = false;
  /** Lets the flow go on. */
  #resume: (() => void) | undefined;

  constructor(stream: Stream, options: ConnectionOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#heardAt = options.clock.now();
    stream.open({
      data: (bytes) => this.#read(bytes),
      ended: () => this.finish(),
      closed: () => {
        this.#closed = true;
        this.#resume?.();
        options.closed();
      },
    });
  }

  /** Closes a connection that has been silent, or in the way, for too long. */
  sweep(): void {
    const silentMs = this.#options.clock.now() - this.#heardAt;
    const stuck = this.#records.partial || this.#stream.queuedBytes > 0;
    if (this.#waiting.length > 0 || silentMs < (stuck ? stuckMs : idleMs)) return;
    this.#options.log.debug({ address: this.#stream.remote.host, silentMs, stuck }, 'a silent connection is closed');
    this.#stream.destroy();
  }

  /** Takes no more calls, answers those that it has, and closes. */
  finish(): void {
    this.#lastWord = true;
    this.#flushSoon();
  }

  #read(bytes: Uint8Array): void | Promise<void> {
    if (this.#lastWord) return;
    this.#heardAt = this.#options.clock.now();
    try {
      for (const message of this.#records.push(bytes)) this.#take(message);
    } catch (error) {
      this.#options.log.debug({ address: this.#stream.remote.host, error: String(error) }, 'this is no RPC');
      this.#stream.destroy();
      return;
    }
    if (this.#mayRead()) return;
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  #mayRead(): boolean {
    return this.#waitingBytes <= maxWaitingBytes && this.#stream.queuedBytes <= maxUnreadBytes;
  }

  #take(message: Uint8Array): void {
    const waiting: Waiting = { bytes: message.length };
    this.#options.take(message, this.#options.sender, (answer) => {
      waiting.answer = answer;
      this.#flushSoon();
    });
    this.#waiting.push(waiting);
    this.#waitingBytes += waiting.bytes;
  }

  /** Answers of one turn, such as those of one sync, are one write. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#closed) return;
    const answers: Uint8Array[] = [];
    for (const { answer, bytes } of this.#waiting) {
      if (answer === undefined) break;
      answers.push(encodeRecord(answer));
      this.#waitingBytes -= bytes;
    }
    this.#waiting.splice(0, answers.length);
    if (answers.length > 0) this.#stream.write(Buffer.concat(answers));
    if (this.#lastWord && this.#waiting.length === 0) this.#stream.end();
    else if (this.#resume !== undefined) this.#goOn();
  }

  #goOn(): void {
    if (this.#mayRead()) {
      this.#resume?.();
      this.#resume = undefined;
    } else if (this.#stream.queuedBytes > maxUnreadBytes) {
      void this.#stream.drained().then(() => this.#flushSoon());
    }
  }
}
