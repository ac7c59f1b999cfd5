import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { asRollcallError, RollcallError } from '../../../base/errors.ts';
import { instanceId } from '../../../base/ids.ts';
import type { UserName } from '../../../base/names.ts';
import type { Stream } from '../../../net/transport/transport.ts';
import type { Connection } from '../../brain/commands.ts';
import type { Caller } from '../../brain/sessions.ts';
import { slowReaderMs } from '../../limits.ts';
import { RequestQueue } from '../../requestQueue.ts';
import { idleMs, readAtOnceBytes, requestMs, signMs } from './limits.ts';
import type { Conversation, Shared } from './parts.ts';
import { createPause, type Pause } from './pause.ts';
import { lookFor } from './signOfLife.ts';
import type { Answer, Asker, Talk } from './talk.ts';

/** One lasting connection of a dialect: whoever is on the roll by it leaves when it closes. */
export class LastingConnection<Request> implements Connection, Conversation {
  readonly dialect: 'versioned' | 'hostname';
  readonly fingerprint: undefined;
  readonly #stream: Stream;
  readonly #shared: Shared;
  readonly #talk: Talk<Request>;
  readonly #caller: Caller;
  readonly #queue: RequestQueue;
  readonly #pause: Pause;
  readonly #gone = new AbortController();
  #heardAt: number;
  /** When the request that is unfinished began; nothing while none is. */
  #unfinishedAt: number | undefined;
  #looking = false;
  /** Nothing more is read: it closes once what came before is answered. */
  #over = false;
  /** Called once nothing is being answered. */
  #quiet: (() => void)[] = [];

  constructor(stream: Stream, shared: Shared, talk: (asker: Asker) => Talk<Request>) {
    const { tracker, clock, lists, omissions, buckets } = shared;
    this.#stream = stream;
    this.#shared = shared;
    this.#heardAt = clock.now();
    this.#pause = createPause(clock, () => void this.silent('a pause'));
    const events = {
      unreadBytes: () => stream.queuedBytes,
      tooSlow: () => this.#cut(),
      idle: () => this.#settled(),
    };
    this.#queue = new RequestQueue(clock, events, (tokens) => buckets.take(this.remote, tokens));
    const session = (): Asker['session'] => this.#caller.session;
    this.#talk = talk({
      ask: (command) => tracker.ask(this.#caller, command),
      get session() {
        return session();
      },
      instance: instanceId(randomBytes(16).toString('hex')),
      remote: this.remote,
      wall: () => clock.wall(),
      gone: this.#gone.signal,
      lists,
      omissions,
    });
    this.dialect = this.#talk.dialect;
    this.#caller = tracker.meet(this);
  }

  get remote(): string {
    return this.#stream.remote.host;
  }

  get local(): string {
    return this.#stream.local.host;
  }

  get unreadBytes(): number {
    return this.#stream.queuedBytes;
  }

  /** As whom it is on the roll. */
  get user(): UserName | undefined {
    return this.#caller.session?.user;
  }

  tell(): void {
    // Its dialect tells nothing unasked.
  }

  probe(): void {
    if (!this.#looking) void this.#look();
  }

  end(): void {
    this.#queue.clear();
    this.#finish();
  }

  drop(): void {
    this.#stream.destroy();
  }

  async data(bytes: Uint8Array): Promise<void> {
    this.#heard();
    const { reader } = this.#talk;
    for (let from = 0; from < bytes.length && !this.#over; from += readAtOnceBytes) {
      // Others have their turn, however many requests came at once.
      if (from > 0) await setImmediate();
      await this.#take(reader.push(bytes.subarray(from, from + readAtOnceBytes)));
    }
    if (!this.#over && this.#talk.reader.unfinished) this.#pause.begin();
  }

  async silent(following: 'a pause' | 'nothing'): Promise<void> {
    const { reader } = this.#talk;
    await this.#take(following === 'nothing' ? reader.expire() : reader.pause());
  }

  ended(): void {
    void this.silent('nothing').then(() => this.#finish());
  }

  closed(): void {
    const { tracker, log, closing } = this.#shared;
    this.#over = true;
    this.#pause[Symbol.dispose]();
    this.#queue.clear();
    this.#gone.abort(new RollcallError('interrupted', 'the connection was closed'));
    if (this.#caller.session !== undefined && !closing) {
      tracker.ask(this.#caller, { command: 'disconnect' }).catch((error: unknown) => {
        log.error({ address: this.remote, error: String(error) }, 'a peer could not be taken off the roll');
      });
    }
    tracker.closed(this.#caller);
  }

  check(now: number): void {
    if (this.#over || this.#queue.working) return;
    const silentMs = now - this.#heardAt;
    const { session } = this.#caller;
    if (this.#unfinishedAt !== undefined && now - this.#unfinishedAt >= requestMs) {
      void this.silent('nothing');
    } else if (session === undefined) {
      if (silentMs >= idleMs) this.#close(`nothing came for ${idleMs / 1000} s`);
    } else if (session.port === undefined && silentMs >= idleMs) {
      // Without a port it is not watched over by anybody else.
      if (silentMs >= idleMs + signMs) this.#close('nothing came, and its machine does not answer');
      else this.probe();
    }
  }

  #heard(): void {
    this.#heardAt = this.#shared.clock.now();
    this.#shared.tracker.heard(this.#caller);
  }

  /** A machine that refuses is there: what is pulled, or switched off, does not. Any port of its will do. */
  async #look(): Promise<void> {
    this.#looking = true;
    const { transport, clock } = this.#shared;
    const port = this.#caller.session?.port ?? this.#stream.remote.port;
    const sign = await lookFor({ host: this.remote, port }, transport, clock);
    this.#looking = false;
    if (sign !== 'silence' && !this.#over) this.#heard();
  }

  /** Has these answered, before anything that comes later; then says since when something is unfinished. */
  async #take(requests: readonly Request[]): Promise<void> {
    this.#pause[Symbol.dispose]();
    if (this.#over) return;
    for (const request of requests) {
      this.#queue.add({ bytes: 0, tokens: this.#talk.tokens(request), answer: () => this.#answer(request) });
    }
    await this.#settling();
    if (!this.#talk.reader.unfinished) this.#unfinishedAt = undefined;
    else if (requests.length > 0) this.#unfinishedAt = this.#shared.clock.now();
    else this.#unfinishedAt ??= this.#shared.clock.now();
  }

  async #answer(request: Request): Promise<void> {
    const answer = await this.#answerTo(request);
    this.#stream.write(answer.text);
    if (answer.left !== undefined) await this.#leaving(answer.left);
    if (answer.last === true) this.end();
  }

  async #answerTo(request: Request): Promise<Answer> {
    try {
      return await this.#talk.answer(request);
    } catch (thrown) {
      const error = asRollcallError(thrown);
      const stack = thrown instanceof Error ? thrown.stack : String(thrown);
      if (error.code === 'fault') this.#shared.log.error({ address: this.remote, stack }, 'a fault');
      return this.#talk.failure(request, error);
    }
  }

  /** Waits until all that was written has left, as long as a slow reader may take. */
  async #leaving(left: NonNullable<Answer['left']>): Promise<void> {
    const tooLong = this.#shared.clock.after(slowReaderMs, () => this.#cut());
    await this.#stream.drained();
    tooLong[Symbol.dispose]();
    left();
  }

  #settling(): Promise<void> {
    return this.#queue.working ? new Promise((resolve) => this.#quiet.push(resolve)) : Promise.resolve();
  }

  #settled(): void {
    if (this.#over) this.#stream.end();
    for (const resolve of this.#quiet.splice(0)) resolve();
  }

  #finish(): void {
    this.#over = true;
    this.#pause[Symbol.dispose]();
    if (!this.#queue.working) this.#stream.end();
  }

  #close(why: string): void {
    this.#shared.log.debug({ address: this.remote, why }, 'a connection was ended');
    this.#finish();
  }

  #cut(): void {
    this.#shared.log.warn({ address: this.remote, unreadBytes: this.#stream.queuedBytes }, 'a slow reader was cut');
    this.drop();
  }
}
