import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { RollcallError } from '../../base/errors.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import { safeText } from '../../base/safeText.ts';
import type { Participant } from '../contract.ts';
import { checkTerms } from '../sharing/given.ts';
import type { SharingEvent } from '../sharing/sharing.ts';
import type { Share, ShareTerms } from './daemon.ts';
import { failureOf } from './failure.ts';
import { type Item, kindOf, nameOf, nothingYet } from './item.ts';
import { Items, type ItemsOptions } from './items.ts';
import { openLane } from './lane.ts';
import { hashingGapMs, maxShares, sharesAtOnce } from './limits.ts';

export interface ShelfOptions extends ItemsOptions {
  clock: Clock;
  /** Folders each entry of which is shared, for this run alone; absolute. */
  folders: readonly string[];
}

/** A client that is at a tracker, until `signal` aborts. */
interface Place {
  participant: Pick<Participant, 'share' | 'shareEntries' | 'withdraw'>;
  signal: AbortSignal;
}

/** What is shared, whether or not there is a tracker to tell it to. */
export class Shelf {
  readonly #options: ShelfOptions;
  readonly #items: Items;
  /** Entries of folders that the user does not want to share. */
  readonly #dismissed = new Set<ResourceName>();
  readonly #lane = openLane(sharesAtOnce);
  #place: Place | undefined;

  constructor(options: ShelfOptions) {
    this.#options = options;
    this.#items = new Items(options);
  }

  /** Takes what was kept. To be called once, first. */
  async open(): Promise<void> {
    await this.#items.open();
  }

  list(): Share[] {
    return this.#items.all().map(({ share }) => ({ ...share }));
  }

  /** The path that goes by a name. */
  pathOf(name: ResourceName): string | undefined {
    return this.#items.get(name)?.share.path;
  }

  /** As the daemon's; `given` things are for this run alone. */
  async share(path: string, terms: ShareTerms, origin: 'kept' | 'given' = 'kept'): Promise<Share> {
    if (!isAbsolute(path))
      throw new RollcallError('usage', `'${safeText(path)}' is no whole path: give it from the root on`);
    const whole = resolve(path);
    const kind = await kindOf(whole);
    checkTerms(terms);
    const name = terms.as ?? nameOf(whole);
    const known = this.#items.get(name);
    if (known !== undefined && known.share.path !== whole) {
      throw new RollcallError(
        'exists',
        `'${safeText(name)}' is shared already, from ${safeText(known.share.path)}: give this another name`,
      );
    }
    if (known === undefined && this.#items.count >= maxShares) {
      throw new RollcallError(
        'limit',
        `${maxShares} things are shared, and no more can be: withdraw some, or share a folder`,
      );
    }
    known?.run?.abort();
    const { description = '', to = [] } = terms;
    const sharedAt = Math.round(this.#options.clock.wall());
    const share: Share = { ...nothingYet, name, path: whole, description, to: [...to], kind, sharedAt };
    const item: Item = { share, origin: known?.origin === 'kept' ? 'kept' : origin, run: undefined };
    this.#items.put(item);
    this.#dismissed.delete(name);
    this.#begin(item);
    this.#items.tell(item);
    if (item.origin === 'kept') await this.#items.save();
    return { ...share };
  }

  /** @throws RollcallError `not-found` */
  async withdraw(name: ResourceName): Promise<void> {
    const item = this.#items.get(name);
    if (item === undefined) throw new RollcallError('not-found', `'${safeText(name)}' is not shared`);
    item.run?.abort(new RollcallError('interrupted', 'it was withdrawn'));
    if (item.origin === 'entry') this.#dismissed.add(name);
    this.#items.remove(name);
    if (item.origin === 'kept') await this.#items.save();
    try {
      await this.#place?.participant.withdraw(name);
    } catch (error) {
      // It was not announced yet, or not any more; or the tracker has gone, which forgets it by itself.
      this.#options.log.debug({ name, error }, 'there was nothing to withdraw');
    }
  }

  /** There is a tracker: all is shared there, until `signal` aborts. */
  came(participant: Place['participant'], signal: AbortSignal): void {
    this.#place = { participant, signal };
    for (const item of this.#items.all()) {
      if (item.origin === 'entry') continue;
      this.#begin(item);
      this.#items.tell(item);
    }
    for (const folder of this.#options.folders) void this.#shareEntries(folder, this.#place);
  }

  /** There is none any more. */
  left(): void {
    this.#place = undefined;
    for (const item of this.#items.all()) {
      item.run?.abort();
      item.run = undefined;
      if (item.share.state !== 'shared' && item.share.state !== 'hashing') continue;
      this.#items.turn(item, { state: 'waiting', hashing: null });
    }
  }

  /** What happens to what is shared without having been asked for. */
  heard(event: SharingEvent): void {
    switch (event.event) {
      case 'announced': {
        const { name, id, size, kind, description, to = [] } = event.resource;
        const item = this.#items.get(name) ?? this.#entry(name, description, to);
        if (item.run !== undefined) break;
        this.#items.turn(item, { state: 'shared', id, size, kind, hashing: null, error: null });
        break;
      }
      case 'withdrawn': {
        const item = this.#items.get(event.name);
        if (item === undefined) break;
        if (item.origin === 'entry') this.#items.remove(event.name);
        else this.#items.turn(item, { state: 'failed', error: { code: 'changed', message: event.why } });
        break;
      }
      case 'skipped':
        this.#options.log.warn({ path: event.path, why: event.why }, 'not shared');
        break;
    }
  }

  /** Shares it at the tracker, if there is one. */
  #begin(item: Item): void {
    const place = this.#place;
    if (place === undefined) {
      item.run = undefined;
      Object.assign(item.share, { state: 'waiting', hashing: null, error: null });
      return;
    }
    const run = new AbortController();
    item.run = run;
    Object.assign(item.share, { state: 'hashing', hashing: { bytes: 0, size: 0 }, error: null });
    const signal = AbortSignal.any([place.signal, run.signal]);
    void this.#lane.run(() => this.#share(item, run, place, signal));
  }

  async #share(item: Item, run: AbortController, { participant }: Place, signal: AbortSignal): Promise<void> {
    if (item.run !== run) return;
    const { name, path, description, to } = item.share;
    const { clock, log } = this.#options;
    let toldAt = clock.now();
    const onProgress = (bytes: number, size: number): void => {
      if (item.run !== run) return;
      item.share.hashing = { bytes, size };
      if (clock.now() - toldAt < hashingGapMs) return;
      toldAt = clock.now();
      this.#items.tell(item);
    };
    try {
      const audience = to.length > 0 ? { to } : {};
      const { id, size, kind } = await participant.share(path, {
        as: name,
        description,
        ...audience,
        signal,
        onProgress,
      });
      if (item.run !== run) return;
      item.run = undefined;
      this.#items.turn(item, { state: 'shared', id, size, kind, hashing: null, error: null });
    } catch (error) {
      if (item.run !== run) return;
      item.run = undefined;
      log.warn({ name, path, error }, 'could not be shared');
      this.#items.turn(item, { state: 'failed', hashing: null, error: failureOf(error) });
    }
  }

  /** Those that were there before and are no longer are gone. */
  async #shareEntries(folder: string, place: Place): Promise<void> {
    const { participant, signal } = place;
    try {
      await participant.shareEntries(folder, { signal, without: [...this.#dismissed] });
    } catch (error) {
      if (signal.aborted) return;
      this.#options.log.error({ folder, error }, 'the folder could not be shared');
    }
    if (signal.aborted) return;
    const isOf = ({ path }: Share): boolean => resolve(path, '..') === resolve(folder);
    for (const { share, origin } of this.#items.all()) {
      if (origin === 'entry' && share.state === 'waiting' && isOf(share)) this.#items.remove(share.name);
    }
  }

  #entry(name: ResourceName, description: string, to: readonly UserName[]): Item {
    const { folders } = this.#options;
    // Nobody says whose entry it is.
    const folder = folders.find((one) => existsSync(resolve(one, name))) ?? folders[0] ?? '';
    const sharedAt = Math.round(this.#options.clock.wall());
    const share: Share = { ...nothingYet, name, path: resolve(folder, name), description, to: [...to], sharedAt };
    const item: Item = { share, origin: 'entry', run: undefined };
    this.#items.put(item);
    return item;
  }
}
