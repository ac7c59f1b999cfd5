import { AnswerParser, type AnswerPart } from './answer.ts';

export type Sink = (chunk: Uint8Array) => void | Promise<void>;
export type AnswerHead = Extract<AnswerPart, { part: 'head' }>;

export interface ExchangeEvents {
  head(head: AnswerHead): void;
  /** The answer was read to its end. */
  finished(): void;
  failed(error: unknown): void;
  /** More bytes are welcome again. */
  resume(): void;
}

/** One answer on its way from the socket to the sink: what comes while the sink is busy waits here, in order. */
export class Exchange {
  readonly #parser: AnswerParser;
  readonly #events: ExchangeEvents;
  #waiting: AnswerPart[] = [];
  #sink: Sink | undefined;
  #busy = false;
  #whole = false;

  constructor(method: string, events: ExchangeEvents) {
    this.#parser = new AnswerParser(method);
    this.#events = events;
  }

  /** True while bytes are to stay where they are: nobody reads yet, or the sink is busy. */
  get held(): boolean {
    return this.#waiting.length > 0 || this.#busy;
  }

  /** True once every byte of the answer has come, whether or not it was read. */
  get whole(): boolean {
    return this.#whole;
  }

  /** Takes bytes, which stay as they are until they are read. Says whether more are welcome. */
  push(bytes: Uint8Array): boolean {
    try {
      this.#waiting.push(...this.#parser.push(bytes));
    } catch (error) {
      this.#events.failed(error);
      return false;
    }
    if (this.#waiting.at(-1)?.part === 'end') this.#whole = true;
    this.#drain();
    return !this.held;
  }

  read(sink: Sink): void {
    this.#sink = sink;
    this.#drain();
    if (!this.held) this.#events.resume();
  }

  /** Nothing more reaches the sink. */
  abandon(): void {
    this.#waiting = [];
    this.#sink = undefined;
  }

  #drain(): void {
    while (!this.#busy) {
      const [next] = this.#waiting;
      if (next === undefined || (next.part === 'body' && this.#sink === undefined)) return;
      this.#waiting.shift();
      this.#deliver(next);
    }
  }

  #deliver(part: AnswerPart): void {
    switch (part.part) {
      case 'head':
        this.#events.head(part);
        break;
      case 'end':
        this.#events.finished();
        break;
      case 'body':
        this.#pour(part.bytes);
        break;
    }
  }

  #pour(bytes: Uint8Array): void {
    try {
      const taken = this.#sink?.(bytes);
      if (taken === undefined) return;
      this.#busy = true;
      taken.then(
        () => this.#taken(),
        (error) => this.#events.failed(error),
      );
    } catch (error) {
      this.#events.failed(error);
    }
  }

  #taken(): void {
    this.#busy = false;
    this.#drain();
    if (!this.held) this.#events.resume();
  }
}
