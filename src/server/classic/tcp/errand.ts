import { sleep } from '../../../base/clock.ts';
import { RollcallError } from '../../../base/errors.ts';
import type { Stream } from '../../../net/transport/transport.ts';
import { type FaultyFields, FieldsReader, type FieldsRequest } from '../../../net/wire/classic/fields.ts';
import type { Connection } from '../../brain/commands.ts';
import { slowReaderMs } from '../../limits.ts';
import type { AnswerFields } from './fields.ts';
import { bytesPerToken, requestMs, tokens } from './limits.ts';
import type { Conversation, Shared } from './parts.ts';

/** A connection of the dialect of fields: one request, one reply. */
export class Errand implements Connection, Conversation {
  readonly dialect = 'fields';
  readonly fingerprint: undefined;
  readonly unreadBytes = 0;
  readonly user: undefined;
  readonly remote: string;
  readonly local: string;
  readonly #stream: Stream;
  readonly #shared: Shared;
  readonly #answer: AnswerFields;
  readonly #reader = new FieldsReader();
  readonly #openedAt: number;
  readonly #gone = new AbortController();
  #asked = false;

  constructor(stream: Stream, shared: Shared, answer: AnswerFields) {
    this.remote = stream.remote.host;
    this.local = stream.local.host;
    this.#stream = stream;
    this.#shared = shared;
    this.#answer = answer;
    this.#openedAt = shared.clock.now();
  }

  tell(): void {
    // Nothing is told to a visitor.
  }

  probe(): void {
    // It is nobody's session.
  }

  end(): void {
    this.#stream.end();
  }

  drop(): void {
    this.#stream.destroy();
  }

  /** The flow is not held, so that it is noticed when the other side goes away before its turn. */
  async data(bytes: Uint8Array): Promise<void> {
    if (this.#asked) return;
    const request = this.#reader.push(bytes);
    if (request !== undefined) void this.#perform(request);
  }

  /** The NULs alone say what is whole. */
  async silent(following: 'a pause' | 'nothing'): Promise<void> {
    if (following === 'nothing' && !this.#asked) void this.#perform(this.#reader.expire());
  }

  ended(): void {
    void this.silent('nothing');
  }

  closed(): void {
    this.#gone.abort(new RollcallError('interrupted', 'the connection was closed'));
  }

  check(now: number): void {
    if (now - this.#openedAt >= requestMs) void this.silent('nothing');
  }

  async #perform(request: FieldsRequest | FaultyFields): Promise<void> {
    this.#asked = true;
    const { tracker, lists } = this.#shared;
    const visitor = tracker.meet(this);
    let left: (() => void) | undefined;
    try {
      await this.#wait(weightOf(request));
      if (isList(request)) left = await lists.take(this.remote, this.#gone.signal);
      const reply = await this.#answer(request, visitor);
      this.#shared.buckets.take(this.remote, Math.floor(reply.length / bytesPerToken));
      this.#stream.write(reply);
      await this.#leave();
    } catch {
      // It went away before its turn came.
    } finally {
      left?.();
      tracker.closed(visitor);
    }
  }

  async #wait(weight: number): Promise<void> {
    const waitMs = this.#shared.buckets.take(this.remote, weight);
    if (waitMs === 0) return;
    try {
      await sleep(this.#shared.clock, waitMs, this.#gone.signal);
    } catch (error) {
      this.#shared.buckets.giveBack(this.remote, weight);
      throw error;
    }
  }

  /** Ends once the reply has left, as long as a slow reader may take. */
  async #leave(): Promise<void> {
    this.#stream.end();
    const tooLong = this.#shared.clock.after(slowReaderMs, () => this.#stream.destroy());
    await this.#stream.drained();
    tooLong[Symbol.dispose]();
  }
}

const isList = ({ verb }: FieldsRequest | FaultyFields): boolean => verb === 'LIST_USERS' || verb === 'LIST_CONTENT';

function weightOf({ verb }: FieldsRequest | FaultyFields): number {
  switch (verb) {
    case 'LIST_USERS':
    case 'LIST_CONTENT':
      return tokens.shortList;
    case 'PUBLISH':
    case 'DELETE':
      return tokens.announce;
    case 'faulty':
      return tokens.other;
    default:
      return tokens.register;
  }
}
