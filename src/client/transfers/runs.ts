import { type Clock, every } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import { type Entry, measure, piecesOf, type Run, ranMs } from './entry.ts';
import { movedMs } from './limits.ts';
import { take } from './moves.ts';
import { type Outcome, runOnce } from './run.ts';
import type { Source } from './source.ts';

export interface RunsOptions {
  /** All that may wait for a place. */
  entries(): Iterable<Entry>;
  source(): Source | undefined;
  clock: Clock;
  /** Its state is another now. */
  changed(entry: Entry): void;
  /** Called often enough for whoever watches it, while it runs. */
  tick(entry: Entry): void;
  /** It has put away what it has; what that makes of it is to be decided. */
  ended(entry: Entry, outcome: Outcome, source: Source): void;
}

/** Starts what waits as long as there is a place. One that was stopped holds its place until it has put away what it has. */
export class Runs implements Disposable {
  readonly #options: RunsOptions;
  /** In the order in which they were started. */
  readonly #running = new Set<Entry>();
  #slots: number;
  #ticker: Disposable | undefined;
  #rest: Disposable | undefined;
  #closed = false;

  constructor(slots: number, options: RunsOptions) {
    this.#slots = slots;
    this.#options = options;
  }

  /** Starts those that wait longest. To be called whenever one began to wait, or the source is another. */
  go(): void {
    while (!this.#closed && this.#rest === undefined && this.#running.size < this.#slots) {
      const source = this.#options.source();
      const next = this.#next();
      if (source === undefined || next === undefined) return;
      this.#start(next, source);
    }
  }

  /** Starts nothing for a while, or until it is woken. */
  rest(ms: number): void {
    this.#rest?.[Symbol.dispose]();
    this.#rest = this.#options.clock.after(ms, () => this.wake());
  }

  wake(): void {
    this.#rest?.[Symbol.dispose]();
    this.#rest = undefined;
    this.go();
  }

  /**
   * How many may run at a time, from now on. Of too many those that were started last wait again; one that nobody can verify
   * runs on, since nothing of it could be kept.
   */
  allow(slots: number): void {
    this.#slots = slots;
    const running = [...this.#running].filter(({ state }) => state === 'running');
    let over = running.length - slots;
    for (const entry of running.reverse()) {
      if (over <= 0 || entry.content === null) continue;
      over -= 1;
      take(entry, 'yield');
      entry.run?.stop();
      this.#options.changed(entry);
    }
    this.go();
  }

  /** Resolves once all that run now, or were stopped, have put away what they have. */
  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#running, ({ run }) => run?.ended));
  }

  /** Starts nothing more, and watches nothing. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.#rest?.[Symbol.dispose]();
    this.#ticker?.[Symbol.dispose]();
  }

  #next(): Entry | undefined {
    let next: Entry | undefined;
    for (const entry of this.#options.entries()) {
      if (entry.state !== 'queued' || entry.run !== undefined || entry.discarding !== undefined) continue;
      if (next === undefined || entry.turn < next.turn) next = entry;
    }
    return next;
  }

  #start(entry: Entry, source: Source): void {
    const { clock, changed } = this.#options;
    const stopper = new AbortController();
    const run: Run = {
      startedAt: clock.now(),
      view: undefined,
      fetched: 0,
      stop: () => stopper.abort(new RollcallError('interrupted', 'the download was stopped')),
      ended: Promise.resolve(),
    };
    take(entry, 'start');
    entry.run = run;
    entry.gauge.begin();
    this.#running.add(entry);
    this.#ticker ??= every(clock, movedMs, () => this.#tick());
    run.ended = runOnce(entry, run, source, clock, stopper.signal).then((outcome) => this.#end(entry, outcome, source));
    changed(entry);
  }

  #tick(): void {
    for (const entry of this.#running) {
      if (entry.state !== 'running') continue;
      measure(entry);
      this.#options.tick(entry);
    }
  }

  #end(entry: Entry, outcome: Outcome, source: Source): void {
    measure(entry);
    entry.gauge.end();
    entry.bar = piecesOf(entry);
    entry.ranMs = ranMs(entry, this.#options.clock.now());
    entry.waiting = null;
    entry.run = undefined;
    this.#running.delete(entry);
    if (this.#running.size === 0) {
      this.#ticker?.[Symbol.dispose]();
      this.#ticker = undefined;
    }
    this.#options.ended(entry, outcome, source);
    this.go();
  }
}
