import type { Identity } from '../../identity/identity.ts';
import { lost } from '../failures.ts';
import { lingerMs } from '../limits.ts';
import type { Endpoint, Stream, StreamHandler } from '../transport.ts';
import type { Breakable, Host, Wire } from './wire.ts';

/** One end of a stream, before it is joined to the other. */
export interface End {
  host: Host;
  at: Endpoint;
  /** Where the stream is a link. */
  identity?: Identity | undefined;
  /** This end was called, and what it writes is an answer. */
  answers?: boolean | undefined;
  /** Called once, when this end is closed. */
  onClosed?: (() => void) | undefined;
}

type Event =
  /** `taken` is called once the bytes are with the reader. */
  { event: 'data'; bytes: Uint8Array; taken: () => void } | { event: 'end' } | { event: 'broken' };

/** Bytes both ways between two hosts. */
export class MemoryStream implements Stream, Breakable {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #wire: Wire;
  readonly #own: End;
  readonly #other: End;
  #peer: MemoryStream | undefined;
  #handler: StreamHandler | undefined;
  /** Waits for the first bytes. */
  #peek: ((come: Uint8Array | undefined) => boolean) | undefined;
  #state: 'open' | 'ending' | 'closed' = 'open';
  /** The other side has said all it will. */
  #heardAll = false;
  /** The handler has not done with what it got last. */
  #held = false;
  #inbox: Event[] = [];
  #queuedBytes = 0;
  #drained: (() => void)[] = [];
  #wrote = false;
  #linger: Disposable | undefined;

  constructor(wire: Wire, own: End, other: End) {
    this.#wire = wire;
    this.#own = own;
    this.#other = other;
    this.local = own.at;
    this.remote = other.at;
    own.host.ends.add(this);
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  join(peer: MemoryStream): void {
    this.#peer = peer;
  }

  open(handler: StreamHandler): void {
    this.#handler = handler;
    queueMicrotask(() => this.#pump());
  }

  peek(look: (come: Uint8Array | undefined) => boolean): void {
    this.#peek = look;
    this.#look();
  }

  write(bytes: Uint8Array | string): void {
    if (this.#state !== 'open' || bytes.length === 0) return;
    const chunk = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    this.#queuedBytes += chunk.length;
    this.#wrote = true;
    const taken = (): void => {
      this.#queuedBytes -= chunk.length;
      if (this.#queuedBytes === 0) this.#allLeft();
    };
    this.#send({ event: 'data', bytes: chunk, taken });
  }

  drained(): Promise<void> {
    if (this.#queuedBytes === 0 || this.#state === 'closed') return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    this.#send({ event: 'end' });
    if (this.#heardAll && this.#queuedBytes === 0) this.#close();
    else this.#linger = this.#wire.clock.after(lingerMs, () => this.destroy());
  }

  destroy(): void {
    this.#leave();
  }

  break(silent: boolean): void {
    if (this.#state === 'closed') return;
    this.#send({ event: 'broken' });
    if (silent) this.#handler = undefined;
    this.#close(lost(this.remote));
  }

  #send(event: Event): void {
    this.#wire.hop(this.#own.host, this.#other.host, () => this.#peer?.receive(event));
  }

  receive(event: Event): void {
    if (this.#state === 'closed') {
      this.#refuse(event);
      return;
    }
    this.#inbox.push(event);
    this.#look();
    this.#pump();
  }

  /** What comes to a closed end breaks the other, as a reset does. */
  #refuse(event: Event): void {
    if (event.event !== 'data') return;
    event.taken();
    this.#send({ event: 'broken' });
  }

  #look(): void {
    const peek = this.#peek;
    if (peek === undefined || this.#inbox.length === 0) return;
    const come = this.#inbox.flatMap((event) => (event.event === 'data' ? [event.bytes] : []));
    this.#peek = undefined;
    if (come.length > 0 && peek(Buffer.concat(come))) return;
    this.#peek = peek;
    if (come.length < this.#inbox.length) this.#leave();
  }

  #pump(): void {
    while (this.#handler !== undefined && !this.#held && this.#state !== 'closed') {
      const event = this.#inbox.shift();
      if (event === undefined) return;
      if (event.event === 'data') this.#take(this.#handler, event);
      else if (event.event === 'broken') this.#close(lost(this.remote));
      else this.#ended(this.#handler);
    }
  }

  #take(handler: StreamHandler, { bytes, taken }: Event & { event: 'data' }): void {
    taken();
    const taking = handler.data(new Uint8Array(bytes));
    if (taking === undefined) return;
    this.#held = true;
    taking.then(
      () => {
        this.#held = false;
        this.#pump();
      },
      (error: Error) => this.#leave(error),
    );
  }

  #leave(why?: Error): void {
    if (this.#state === 'closed') return;
    const cutsShort = this.#own.answers === true && this.#wrote && this.#state === 'open';
    this.#send({ event: cutsShort ? 'broken' : 'end' });
    this.#close(why);
  }

  #ended(handler: StreamHandler): void {
    this.#heardAll = true;
    if (handler.ended === undefined) this.end();
    else handler.ended();
    if (this.#state === 'ending' && this.#queuedBytes === 0) this.#close();
  }

  #allLeft(): void {
    for (const resolve of this.#drained.splice(0)) resolve();
    if (this.#state === 'ending' && this.#heardAll) this.#close();
  }

  #close(error?: Error): void {
    this.#state = 'closed';
    this.#linger?.[Symbol.dispose]();
    this.#peek?.(undefined);
    this.#peek = undefined;
    for (const resolve of this.#drained.splice(0)) resolve();
    for (const event of this.#inbox.splice(0)) this.#refuse(event);
    this.#own.host.ends.delete(this);
    const handler = this.#handler;
    queueMicrotask(() => {
      handler?.closed(error);
      this.#own.onClosed?.();
    });
  }
}
