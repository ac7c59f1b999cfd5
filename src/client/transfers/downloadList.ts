import { basename, dirname, isAbsolute, join } from 'node:path';
import { RollcallError } from '../../base/errors.ts';
import { safeText } from '../../base/safeText.ts';
import { isNeededAmong, sameAmong } from './among.ts';
import { concluded } from './concluded.ts';
import { Entries } from './entries.ts';
import { type Entry, type Kept, piecesOf } from './entry.ts';
import { inTime } from './inTime.ts';
import type { KeptTransfers, TransfersOptions } from './keptTransfers.ts';
import { askAgainMs, stopMs } from './limits.ts';
import { take } from './moves.ts';
import type { Outcome } from './run.ts';
import { Runs } from './runs.ts';
import type { Source } from './source.ts';
import type { Download, PieceBar, TransferEvent, WantedDownload } from './transfers.ts';

/** The downloads that were asked for; `Runs` has those of them that run. */
export class DownloadList implements KeptTransfers {
  readonly #options: TransfersOptions;
  readonly #entries: Entries;
  readonly #runs: Runs;
  #turns = 0;
  #closed = false;

  constructor(kept: readonly Kept[], options: TransfersOptions) {
    const { slots, source, clock } = options;
    this.#options = options;
    this.#entries = new Entries(kept, options);
    this.#runs = new Runs(slots, {
      entries: () => this.#entries.all(),
      source,
      clock,
      changed: (entry) => this.#entries.changed(entry),
      tick: (entry) => this.#entries.tick(entry),
      ended: (entry, outcome, by) => this.#ended(entry, outcome, by),
    });
  }

  list(): Download[] {
    return Array.from(this.#entries.all(), (entry) => this.#entries.shown(entry));
  }

  get(id: string): Download {
    return this.#entries.shown(this.#entries.find(id));
  }

  pieces(id: string): PieceBar | undefined {
    return piecesOf(this.#entries.find(id));
  }

  watch(told: (event: TransferEvent) => void): Disposable {
    return this.#entries.watch(told);
  }

  async add(wanted: WantedDownload): Promise<Download> {
    checkWanted(wanted);
    const source = this.#options.source();
    if (this.#closed || source === undefined) {
      throw new RollcallError('unreachable', 'there is no tracker to ask who has it: connect to one first');
    }
    const fetchable = await source.locate(wanted);
    if (this.#closed) throw new RollcallError('interrupted', 'rollcall ends: nothing more is downloaded');
    const entry = sameAmong(this.#entries.all(), fetchable) ?? this.#entries.add(fetchable);
    if (entry.run === undefined) entry.found = { by: source, at: this.#options.clock.now(), fetchable };
    if (entry.state !== 'queued' && entry.state !== 'running') {
      entry.ifExists = wanted.ifExists ?? entry.ifExists;
      this.#queue(entry);
    }
    return this.#entries.shown(entry);
  }

  pause(id: string): void {
    this.#stop(this.#entries.find(id), 'pause');
    this.#runs.go();
  }

  resume(id: string): void {
    this.#queue(this.#entries.find(id));
  }

  async cancel(id: string): Promise<void> {
    const entry = this.#entries.find(id);
    this.#stop(entry, 'cancel');
    this.#runs.go();
    await entry.run?.ended;
    // It was told to go on meanwhile, or to go away; or it had come to its end before.
    if (entry.state === 'done') take(entry, 'cancel');
    if (entry.state !== 'cancelled' || !this.#entries.has(entry)) return;
    entry.discarding ??= this.#discard(entry).finally(() => {
      entry.discarding = undefined;
      if (this.#entries.has(entry)) this.#entries.changed(entry);
      this.#entries.dropOldest();
      this.#runs.go();
    });
    await entry.discarding;
  }

  forget(id: string): void {
    const entry = this.#entries.find(id);
    if (take(entry, 'forget')) this.#entries.drop(entry);
  }

  allow(slots: number): void {
    this.#runs.allow(slots);
  }

  sourceChanged(): void {
    this.#runs.wake();
  }

  redirect(from: string, to: string): void {
    if (from === to) return;
    for (const entry of this.#entries.all()) {
      if (entry.state === 'done' || entry.run !== undefined || entry.bytes > 0) continue;
      if (dirname(entry.file) !== from) continue;
      entry.file = join(to, basename(entry.file));
      entry.found = undefined;
      this.#entries.changed(entry);
    }
  }

  async pauseAll(): Promise<void> {
    for (const entry of [...this.#entries.all()]) {
      if (entry.state === 'running' || entry.state === 'queued') this.#stop(entry, 'pause');
    }
    const { clock, log } = this.#options;
    if (!(await inTime(this.#runs.settled(), stopMs, clock))) log.warn({}, 'downloads were not stopped in time');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.pauseAll();
    this.#runs[Symbol.dispose]();
    await this.#entries[Symbol.asyncDispose]();
  }

  #queue(entry: Entry): void {
    take(entry, 'resume');
    entry.turn = this.#turns++;
    entry.tries = 0;
    entry.error = null;
    entry.endedAt = null;
    this.#entries.changed(entry);
    this.#runs.go();
  }

  #stop(entry: Entry, how: 'pause' | 'cancel'): void {
    take(entry, how);
    entry.error = null;
    if (how === 'cancel') entry.endedAt = this.#options.clock.wall();
    entry.run?.stop();
    this.#entries.changed(entry);
  }

  async #discard(entry: Entry): Promise<void> {
    const { content, size, kind, file } = entry;
    if (content !== null && size !== null && !isNeededAmong(this.#entries.all(), entry)) {
      await this.#options.discard({ content, size, kind, file });
    }
    entry.bytes = 0;
    entry.bar = undefined;
  }

  #ended(entry: Entry, outcome: Outcome, by: Source): void {
    const { source, clock, log } = this.#options;
    if (outcome.end === 'failed' && outcome.error.code === 'fault') {
      log.error(
        { name: entry.name, error: outcome.error },
        'a download failed, which is a fault of rollcall or its machine',
      );
    }
    if (!this.#entries.has(entry)) return;
    const rest = concluded(entry, outcome, { wall: clock.wall(), sourceIsThere: source() === by });
    if (rest) this.#runs.rest(askAgainMs);
    this.#entries.changed(entry);
    if (entry.endedAt !== null) this.#entries.dropOldest();
  }
}

/** @throws RollcallError `usage` */
function checkWanted({ name, id, file }: WantedDownload): void {
  if (name === undefined && id === undefined) {
    throw new RollcallError('usage', 'say what to download: a name, or a content id');
  }
  if (file !== undefined && !isAbsolute(file)) {
    throw new RollcallError('usage', `'${safeText(file)}' is no place to save in: give the whole path`);
  }
}
