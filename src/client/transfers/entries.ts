import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { replaceFile } from '../../base/replaceFile.ts';
import { safeText } from '../../base/safeText.ts';
import { openWatchers, type Watchers } from '../../base/watchers.ts';
import { beyondKept, openAmong } from './among.ts';
import { added, type Entry, freshId, type Kept, newEntry, shown } from './entry.ts';
import { openGauge } from './gauge.ts';
import { type Keeper, openKeeper } from './keeper.ts';
import { listText } from './kept.ts';
import { maxOpenDownloads, saveBytesMs, stillMs } from './limits.ts';
import type { Fetchable } from './source.ts';
import type { Download, TransferEvent } from './transfers.ts';

export interface EntriesOptions {
  /** Where they are kept. Its folder has to be there. */
  file: string;
  clock: Clock;
  log: Log;
}

/** The downloads on the list, by their ids: each change is told and, a while later, written down. */
export class Entries implements AsyncDisposable {
  readonly #clock: Clock;
  /** In the order in which they were added. */
  readonly #all = new Map<string, Entry>();
  readonly #watchers: Watchers<TransferEvent>;
  readonly #keeper: Keeper;

  constructor(kept: readonly Kept[], { file, clock, log }: EntriesOptions) {
    this.#clock = clock;
    this.#watchers = openWatchers((error, { event }) =>
      log.error({ event, error }, 'somebody who watches downloads failed'),
    );
    this.#keeper = openKeeper(() => replaceFile(file, listText(this.#all.values())), clock, log);
    for (const one of kept) this.#all.set(one.id, newEntry(one, openGauge(clock)));
    this.dropOldest();
  }

  all(): IterableIterator<Entry> {
    return this.#all.values();
  }

  has(entry: Entry): boolean {
    return this.#all.get(entry.id) === entry;
  }

  /** @throws RollcallError `not-found` */
  find(id: string): Entry {
    const entry = this.#all.get(id);
    if (entry === undefined) throw new RollcallError('not-found', `there is no download ${safeText(id).slice(0, 40)}`);
    return entry;
  }

  shown(entry: Entry): Download {
    return shown(entry, this.#clock.now());
  }

  /** Adds one that does not wait yet, and is not told yet. @throws RollcallError `limit` */
  add(fetchable: Fetchable): Entry {
    if (openAmong(this.#all.values()) >= maxOpenDownloads) {
      const message = `${maxOpenDownloads} downloads wait or are paused, and no more are kept: cancel or finish some first`;
      throw new RollcallError('limit', message);
    }
    const id = freshId((taken) => this.#all.has(taken));
    const entry = newEntry(added(id, fetchable, this.#clock.wall()), openGauge(this.#clock));
    this.#all.set(id, entry);
    return entry;
  }

  watch(told: (event: TransferEvent) => void): Disposable {
    return this.#watchers.add(told);
  }

  /** It is in another state, or there is something else to say of it. */
  changed(entry: Entry): void {
    this.#keeper.changed(0);
    this.#tell(entry);
  }

  /** It runs, and may have moved. */
  tick(entry: Entry): void {
    if (entry.moved) this.#keeper.changed(saveBytesMs);
    if (entry.moved || this.#clock.now() - entry.toldAt >= stillMs) this.#tell(entry);
  }

  drop({ id }: Entry): void {
    this.#all.delete(id);
    this.#keeper.changed(0);
    this.#watchers.tell({ event: 'forgotten', id });
  }

  /** Ended ones beyond those that are kept. */
  dropOldest(): void {
    for (const entry of beyondKept(this.#all.values())) this.drop(entry);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper[Symbol.asyncDispose]();
  }

  #tell(entry: Entry): void {
    entry.moved = false;
    entry.toldAt = this.#clock.now();
    this.#watchers.tell({ event: 'download', download: this.shown(entry) });
  }
}
