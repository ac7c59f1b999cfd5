import { asRollcallError, type ErrorCode, RollcallError } from '../../base/errors.ts';
import type { ContentId } from '../../base/ids.ts';
import type { Registered } from '../../net/wire/control.ts';
import { Beats } from './beats.ts';
import { closed, ended } from './endings.ts';
import { Gate } from './gate.ts';
import { callMs, firstSpreadMs, goodbyeMs, pingMs, wakeMs } from './limits.ts';
import { type Line, openLine } from './line.ts';
import { Mender } from './mender.ts';
import type { ReceivedNotice } from './notices.ts';
import type { JoinOptions, KnownTracker, UdpState } from './session.ts';
import { watch } from './watch.ts';

/** What another try would meet again: somebody has to do something first. */
const hopeless: ReadonlySet<ErrorCode> = new Set(['name-taken', 'key-changed', 'refused', 'usage']);

export interface LifelineHandlers {
  /** Each registration, the first included. */
  up(line: Line, registered: Registered): void;
  /** Who has a watched content has changed. */
  owners(id: ContentId): void;
}

interface Joined {
  tracker: KnownTracker;
  registered: Registered;
}

/** A registered line that is kept: it beats, is tested when in doubt, and dialled anew when lost. */
export class Lifeline implements AsyncDisposable {
  /** The line that is registered; calls wait here while there is none. */
  readonly gate: Gate<Line> = new Gate<Line>();
  readonly #options: JoinOptions;
  readonly #handlers: LifelineHandlers;
  readonly #beats: Beats;
  readonly #mender: Mender;
  /** Aborts everything that goes on by itself. */
  readonly #ending = new AbortController();
  #joined: Joined | undefined;
  #heardAt = 0;
  #awayWhy = '';
  /** The line that is being put to the test, so that it is not tested twice. */
  #tested: Line | undefined;
  /** The line that is tested because the machine was asleep: its loss is ours alone, so nobody storms the tracker. */
  #woken: Line | undefined;
  #watch: Disposable | undefined;
  #mending: Promise<void> | undefined;
  #disposal: Promise<void> | undefined;

  constructor(options: JoinOptions, handlers: LifelineHandlers) {
    const { clock, random, log, onEvent } = options;
    this.#options = options;
    this.#handlers = handlers;
    this.#beats = new Beats({
      ...options,
      heard: () => this.#heard(),
      resync: () => this.#resync(),
      udp: (udp) => log.info({ udp }, udp === 'ok' ? 'heartbeats are heard' : 'no heartbeat is answered over UDP'),
    });
    this.#mender = new Mender({
      clock,
      random,
      attempt: (signal) => this.#attempt(signal, true),
      waits: (why, retryMs) => {
        this.#awayWhy = why;
        log.warn({ why, retryMs }, 'the tracker is away');
        onEvent({ event: 'lost', why, retryMs });
      },
      hopeless: ({ code }) => hopeless.has(code),
      signal: this.#ending.signal,
    });
  }

  get joined(): Joined {
    if (this.#joined === undefined) throw new RollcallError('fault', 'the session was never registered');
    return this.#joined;
  }

  get udp(): UdpState {
    return this.#beats.udp;
  }

  /** What the link was lost for. */
  get awayWhy(): string {
    return this.#awayWhy;
  }

  async start(): Promise<void> {
    await this.#attempt(this.#options.signal, false);
    this.#watch = watch(this.#options.clock, { woke: (gapMs) => this.#woke(gapMs), look: () => this.#look() });
  }

  /** Gives a line up and mends; the first try comes `firstMs` from now. */
  lose(line: Line, why: string, firstMs: number): void {
    if (this.gate.value !== line) return;
    this.gate.close();
    line.rpc.destroy();
    this.#mending = this.#mender.mend(why, firstMs).catch((error: unknown) => this.#end(asRollcallError(error)));
  }

  /** Asks whether the tracker is still there. */
  doubt(): void {
    const line = this.gate.value;
    if (line === undefined) return;
    void this.#test(line, async () => {
      await line.ping({ ms: pingMs, signal: this.#ending.signal });
      this.#joined = { ...this.joined, tracker: line.tracker };
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#leave();
    return this.#disposal;
  }

  /** Dials and registers. */
  async #attempt(signal: AbortSignal, again: boolean): Promise<void> {
    const line = await openLine(
      { ...this.#options, signal },
      {
        heard: () => this.#heard(),
        probe: () => this.#beats.beat(),
        notice: (notice) => this.#notice(notice),
        lost: ({ message }) => {
          const up = this.gate.value;
          if (up === undefined || up.rpc.isOpen) return;
          this.lose(up, message, up === this.#woken ? 0 : this.#options.random() * firstSpreadMs);
        },
      },
    );
    try {
      await this.#register(line, again, callMs, signal);
    } catch (error) {
      line.rpc.destroy();
      throw error;
    }
  }

  async #register(line: Line, again: boolean, ms: number, signal: AbortSignal): Promise<void> {
    const { user, instance, agent, peerPort, onEvent } = this.#options;
    const dialects = this.#options.dialects && [...this.#options.dialects];
    const registered = await line.register({ user, instance, agent, peerPort, dialects }, { ms, signal });
    await this.#beats.follow(registered, line.at);
    signal.throwIfAborted();
    this.gate.throwIfShut();
    line.rpc.throwIfClosed();
    this.#heard();
    this.#joined = { tracker: line.tracker, registered };
    this.gate.open(line);
    onEvent({ event: 'joined', registered, again });
    this.#handlers.up(line, registered);
  }

  #notice({ notice, params }: ReceivedNotice): void {
    const { onEvent } = this.#options;
    switch (notice) {
      case 'changes':
        onEvent({ event: 'changes', ...params });
        break;
      case 'owners':
        this.#handlers.owners(params.id);
        break;
      case 'reach':
        if (this.#joined !== undefined) {
          this.#joined = { ...this.#joined, registered: { ...this.#joined.registered, reach: params } };
        }
        onEvent({ event: 'reach', ...params });
        break;
      case 'ended':
        this.#end(ended(params.reason));
        break;
    }
  }

  #heard(): void {
    this.#heardAt = this.#options.clock.now();
  }

  #resync(): void {
    const line = this.gate.value;
    if (line === undefined) this.#mender.hurry();
    else this.lose(line, 'the tracker has lost its end of the connection', 0);
  }

  #woke(gapMs: number): void {
    this.#options.log.info({ gapMs }, 'awake after a while');
    this.#heard();
    const line = this.gate.value;
    this.#woken = line;
    if (line === undefined) this.#mender.wake();
    else {
      void this.#test(line, () => this.#register(line, true, wakeMs, this.#ending.signal)).finally(() => {
        this.#woken = undefined;
      });
    }
  }

  #look(): void {
    const silentMs = this.#options.clock.now() - this.#heardAt;
    if (silentMs >= this.joined.registered.evictAfterMs) this.doubt();
  }

  /** A line that fails the test is given up. */
  async #test(line: Line, act: () => Promise<void>): Promise<void> {
    if (this.#tested === line) return;
    this.#tested = line;
    try {
      await act();
    } catch (thrown) {
      const error = asRollcallError(thrown);
      if (this.gate.value !== line) return;
      if (hopeless.has(error.code)) this.#end(error);
      else this.lose(line, error.message, 0);
    } finally {
      if (this.#tested === line) this.#tested = undefined;
    }
  }

  /** For good. */
  #end(error: RollcallError): void {
    if (this.#ending.signal.aborted) return;
    const line = this.gate.value;
    this.#stop(error);
    line?.rpc.destroy();
    void this.#beats[Symbol.asyncDispose]();
    this.#options.log.warn({ why: error.message }, 'off the roll for good');
    this.#options.onEvent({ event: 'ended', reason: error.message });
  }

  #stop(error: RollcallError): void {
    this.gate.shut(error);
    this.#ending.abort(error);
    this.#watch?.[Symbol.dispose]();
  }

  async #leave(): Promise<void> {
    const line = this.gate.value;
    this.#stop(closed());
    await this.#beats[Symbol.asyncDispose]();
    try {
      await line?.rpc.call('goodbye', {}, { ms: goodbyeMs });
      line?.rpc.end();
    } catch {
      // The tracker is gone, or silent; nobody waits for it.
      line?.rpc.destroy();
    }
    await this.#mending;
  }
}
