import { isAbsolute } from 'node:path';
import { RollcallError } from '../../base/errors.ts';
import { replaceFile } from '../../base/replaceFile.ts';
import { safeText } from '../../base/safeText.ts';
import { beyondKept, isNeededAmong, openAmong, sameAmong } from './among.ts';
import { concluded } from './concluded.ts';
import { added, type Entry, freshId, type Kept, newEntry, piecesOf, shown } from './entry.ts';
import { openGauge } from './gauge.ts';
import { inTime } from './inTime.ts';
import { type Keeper, openKeeper } from './keeper.ts';
import { listText } from './kept.ts';
import type { KeptTransfers, TransfersOptions } from './keptTransfers.ts';
import { askAgainMs, maxOpenDownloads, saveBytesMs, stillMs, stopMs } from './limits.ts';
import { take } from './moves.ts';
import type { Outcome } from './run.ts';
import { Runs } from './runs.ts';
import type { Fetchable, Source } from './source.ts';
import type { Download, PieceBar, TransferEvent, WantedDownload } from './transfers.ts';
import { Watchers } from './watchers.ts';

/** The downloads that were asked for; `Runs` has those of them that run. */
export class DownloadList implements KeptTransfers {
  readonly #options: TransfersOptions;
  /** In the order in which they were added. */
  readonly #entries = new Map<string, Entry>();
  readonly #watchers: Watchers;
  readonly #keeper: Keeper;
  readonly #runs: Runs;
  #turns = 0;
  #closed = false;

  constructor(kept: readonly Kept[], options: TransfersOptions) {
    const { file, slots, source, clock, log } = options;
    this.#options = options;
    this.#watchers = new Watchers(log);
    for (const one of kept) this.#entries.set(one.id, newEntry(one, openGauge(clock)));
    this.#keeper = openKeeper(() => replaceFile(file, listText(this.#entries.values())), clock, log);
    this.#runs = new Runs(slots, {
      entries: () => this.#entries.values(),
      source,
      clock,
      changed: (entry) => this.#changed(entry),
      tick: (entry) => this.#tick(entry),
      ended: (entry, outcome, by) => this.#ended(entry, outcome, by),
    });
    this.#dropOldest();
  }

  list(): Download[] {
    return Array.from(this.#entries.values(), (entry) => this.#shown(entry));
  }

  get(id: string): Download {
    return this.#shown(this.#find(id));
  }

  pieces(id: string): PieceBar | undefined {
    return piecesOf(this.#find(id));
  }

  watch(told: (event: TransferEvent) => void): Disposable {
    return this.#watchers.add(told);
  }

  async add(wanted: WantedDownload): Promise<Download> {
    checkWanted(wanted);
    const source = this.#options.source();
    if (this.#closed || source === undefined) {
      throw new RollcallError('unreachable', 'there is no tracker to ask who has it: connect to one first');
    }
    const fetchable = await source.locate(wanted);
    if (this.#closed) throw new RollcallError('interrupted', 'rollcall ends: nothing more is downloaded');
    const entry = sameAmong(this.#entries.values(), fetchable) ?? this.#make(fetchable);
    if (entry.run === undefined) entry.found = { by: source, at: this.#options.clock.now(), fetchable };
    if (entry.state !== 'queued' && entry.state !== 'running') {
      entry.ifExists = wanted.ifExists ?? entry.ifExists;
      this.#queue(entry);
    }
    return this.#shown(entry);
  }

  pause(id: string): void {
    this.#stop(this.#find(id), 'pause');
    this.#runs.go();
  }

  resume(id: string): void {
    this.#queue(this.#find(id));
  }

  async cancel(id: string): Promise<void> {
    const entry = this.#find(id);
    this.#stop(entry, 'cancel');
    this.#runs.go();
    await entry.run?.ended;
    // It was told to go on meanwhile, or to go away; or it had come to its end before.
    if (entry.state === 'done') take(entry, 'cancel');
    if (entry.state !== 'cancelled' || !this.#entries.has(id)) return;
    entry.discarding ??= this.#discard(entry).finally(() => {
      entry.discarding = undefined;
      if (this.#entries.get(id) === entry) this.#changed(entry);
      this.#dropOldest();
      this.#runs.go();
    });
    await entry.discarding;
  }

  forget(id: string): void {
    const entry = this.#find(id);
    if (take(entry, 'forget')) this.#drop(entry);
  }

  allow(slots: number): void {
    this.#runs.allow(slots);
  }

  sourceChanged(): void {
    this.#runs.wake();
  }

  async pauseAll(): Promise<void> {
    for (const entry of [...this.#entries.values()]) {
      if (entry.state === 'running' || entry.state === 'queued') this.#stop(entry, 'pause');
    }
    const { clock, log } = this.#options;
    if (!(await inTime(this.#runs.settled(), stopMs, clock))) log.warn({}, 'downloads were not stopped in time');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.pauseAll();
    this.#runs[Symbol.dispose]();
    await this.#keeper[Symbol.asyncDispose]();
  }

  #shown(entry: Entry): Download {
    return shown(entry, this.#options.clock.now());
  }

  #find(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new RollcallError('not-found', `there is no download ${safeText(id).slice(0, 40)}`);
    return entry;
  }

  /** A new one, which does not wait yet. @throws RollcallError `limit` */
  #make(fetchable: Fetchable): Entry {
    if (openAmong(this.#entries.values()) >= maxOpenDownloads) {
      const message = `${maxOpenDownloads} downloads wait or are paused, and no more are kept: cancel or finish some first`;
      throw new RollcallError('limit', message);
    }
    const { clock } = this.#options;
    const id = freshId((taken) => this.#entries.has(taken));
    const entry = newEntry(added(id, fetchable, clock.wall()), openGauge(clock));
    this.#entries.set(id, entry);
    return entry;
  }

  #queue(entry: Entry): void {
    take(entry, 'resume');
    entry.turn = this.#turns++;
    entry.tries = 0;
    entry.error = null;
    entry.endedAt = null;
    this.#changed(entry);
    this.#runs.go();
  }

  #stop(entry: Entry, how: 'pause' | 'cancel'): void {
    take(entry, how);
    entry.error = null;
    if (how === 'cancel') entry.endedAt = this.#options.clock.wall();
    entry.run?.stop();
    this.#changed(entry);
  }

  async #discard(entry: Entry): Promise<void> {
    const { content, size, kind, file } = entry;
    if (content !== null && size !== null && !isNeededAmong(this.#entries.values(), entry)) {
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
    if (this.#entries.get(entry.id) !== entry) return;
    const rest = concluded(entry, outcome, { wall: clock.wall(), sourceIsThere: source() === by });
    if (rest) this.#runs.rest(askAgainMs);
    this.#changed(entry);
    if (entry.endedAt !== null) this.#dropOldest();
  }

  #tick(entry: Entry): void {
    if (entry.moved) this.#keeper.changed(saveBytesMs);
    if (entry.moved || this.#options.clock.now() - entry.toldAt >= stillMs) this.#tell(entry);
  }

  #changed(entry: Entry): void {
    this.#keeper.changed(0);
    this.#tell(entry);
  }

  #tell(entry: Entry): void {
    entry.moved = false;
    entry.toldAt = this.#options.clock.now();
    this.#watchers.tell({ event: 'download', download: this.#shown(entry) });
  }

  #dropOldest(): void {
    for (const entry of beyondKept(this.#entries.values())) this.#drop(entry);
  }

  #drop({ id }: Entry): void {
    this.#entries.delete(id);
    this.#keeper.changed(0);
    this.#watchers.tell({ event: 'forgotten', id });
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
