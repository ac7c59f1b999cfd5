import type { UserName } from '../../../base/names.ts';
import type { Dialect } from '../../../base/roll.ts';
import type { Stream } from '../../../net/transport/transport.ts';
import { type Following, sniff, type TcpDialect } from '../../../net/wire/classic/sniff.ts';
import { firstByteMs, requestMs } from './limits.ts';
import type { ClassicParts, Conversation } from './parts.ts';
import { createPause, type Pause } from './pause.ts';

export interface ReceptionEvents {
  /** Who takes a connection that speaks this. */
  converse(dialect: TcpDialect, stream: Stream): Conversation;
  /** A piece of the stream has come. */
  arrived(): void;
  /** Called once. */
  closed(): void;
}

/** A connection in plain text, from its first byte: finds out what is spoken on it, and hands on what comes. */
export class Reception {
  readonly #stream: Stream;
  readonly #enabled: readonly Dialect[];
  readonly #parts: Pick<ClassicParts, 'clock' | 'log'>;
  readonly #events: ReceptionEvents;
  readonly #pause: Pause;
  #since: number;
  #held: Uint8Array = new Uint8Array(0);
  #conversation: Conversation | undefined;

  /** To be made in the turn that the stream was handed over. */
  constructor(
    stream: Stream,
    enabled: readonly Dialect[],
    parts: Pick<ClassicParts, 'clock' | 'log'>,
    events: ReceptionEvents,
  ) {
    this.#stream = stream;
    this.#enabled = enabled;
    this.#parts = parts;
    this.#events = events;
    this.#since = parts.clock.now();
    this.#pause = createPause(parts.clock, () => void this.#decide('a pause'));
    stream.open({
      data: (bytes) => {
        events.arrived();
        return this.#conversation === undefined ? this.#hold(bytes) : this.#conversation.data(bytes);
      },
      ended: () => this.#ended(),
      closed: () => {
        this.#pause[Symbol.dispose]();
        this.#conversation?.closed();
        events.closed();
      },
    });
  }

  /** True while somebody is on the roll by it as that, in that dialect. */
  is(user: UserName, dialect: Dialect): boolean {
    return this.#conversation?.user === user && this.#conversation.dialect === dialect;
  }

  drop(): void {
    this.#stream.destroy();
  }

  check(now: number): void {
    if (this.#conversation !== undefined) this.#conversation.check(now);
    else if (this.#held.length === 0 && now - this.#since >= firstByteMs) this.#refuse('it says nothing');
    else if (now - this.#since >= requestMs) void this.#decide('nothing');
  }

  async #hold(bytes: Uint8Array): Promise<void> {
    if (this.#held.length === 0) this.#since = this.#parts.clock.now();
    const held = new Uint8Array(this.#held.length + bytes.length);
    held.set(this.#held);
    held.set(bytes, this.#held.length);
    this.#held = held;
    await this.#decide('anything');
  }

  async #decide(following: Following): Promise<void> {
    const dialect = sniff(this.#held, this.#enabled, following);
    this.#pause[Symbol.dispose]();
    if (dialect === 'more') {
      if (following === 'anything') this.#pause.begin();
      return;
    }
    if (dialect === 'unknown') return this.#refuse('it speaks no dialect that is enabled');
    this.#conversation = this.#events.converse(dialect, this.#stream);
    const held = this.#held;
    this.#held = new Uint8Array(0);
    await this.#conversation.data(held);
    if (following !== 'anything') await this.#conversation.silent(following);
  }

  #ended(): void {
    if (this.#conversation !== undefined) this.#conversation.ended();
    else void this.#decide('nothing').then(() => this.#conversation?.ended());
  }

  #refuse(why: string): void {
    this.#parts.log.debug({ address: this.#stream.remote.host, why }, 'a connection in plain text was ended');
    this.#stream.destroy();
  }
}
