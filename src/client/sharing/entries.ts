import { join, relative, sep } from 'node:path';
import { asRollcallError, RollcallError } from '../../base/errors.ts';
import { type ResourceName, resourceName } from '../../base/names.ts';
import { diskError } from './disk/diskErrors.ts';
import { isHidden } from './disk/hidden.ts';
import { holdFolder } from './disk/openFile.ts';
import { inLanes } from './lanes.ts';
import { filesAtOnce } from './limits.ts';
import type { AddOptions, Offer, Offers } from './offers.ts';
import type { Quiet } from './quiet.ts';
import type { SharingEvent } from './sharing.ts';
import type { Skips } from './skips.ts';

export interface EntriesOptions {
  /** Real. */
  folder: string;
  terms: Pick<Offer, 'description' | 'to'>;
  offers: Offers;
  quiet: Quiet;
  skips: Skips;
  onEvent(event: SharingEvent): void;
  /** Withdrawn by the user: not to be offered again by us. */
  dismissed: ReadonlySet<ResourceName>;
  life: AbortSignal;
}

/**
 * Offers each entry of a folder and keeps up with it. Names that start with a dot are left out: they are hidden files
 * of the system or of programs, and our own temporaries.
 */
export class Entries {
  readonly #options: EntriesOptions;
  /** Which entry goes by a resource name, since two spellings of one name cannot both; and who else wants to. */
  readonly #holders = new Map<ResourceName, string>();
  readonly #rivals = new Map<ResourceName, Set<string>>();
  /** Entries that are being looked at. */
  readonly #busy = new Set<string>();

  constructor(options: EntriesOptions) {
    this.#options = options;
  }

  /** Offers every entry there is. Throws only where the folder cannot be read or `signal` aborts. */
  async offerAll({ signal, onProgress }: AddOptions): Promise<void> {
    const { folder, life } = this.#options;
    const until = signal === undefined ? life : AbortSignal.any([life, signal]);
    await using held = await holdFolder(folder);
    const names = await held.names();
    const part = onProgress && sumOfParts(onProgress);
    await inLanes(names.sort(), filesAtOnce, async (entry) => {
      until.throwIfAborted();
      await this.#look(entry, { signal: until, onProgress: part?.() });
      until.throwIfAborted();
    });
  }

  /** Something happened at a path: looks at its entry once that is quiet; at all of them where it is the folder's own. */
  touched(path: string): void {
    const { folder, quiet } = this.#options;
    const [entry = ''] = relative(folder, path).split(sep);
    const look = entry === '' ? () => this.#lookAtAll() : () => this.#look(entry, {});
    quiet.touched(join(folder, entry), () => void look());
  }

  async #lookAtAll(): Promise<void> {
    const { folder, skips, life } = this.#options;
    const known = [...this.#holders.values()];
    try {
      await this.offerAll({});
    } catch (error) {
      if (!life.aborted) skips.tell(folder, diskError(error, folder).message);
    }
    for (const entry of known) await this.#look(entry, {});
  }

  async #look(entry: string, options: AddOptions): Promise<void> {
    if (isHidden(entry)) return;
    const { folder, skips, life } = this.#options;
    const path = join(folder, entry);
    if (this.#busy.has(entry)) return this.touched(path);
    this.#busy.add(entry);
    try {
      await this.#offer(entry, path, options);
      skips.forget(path);
    } catch (error) {
      if (life.aborted || options.signal?.aborted) return;
      const { code, message } = asRollcallError(error);
      if (code === 'not-found') skips.forget(path);
      else skips.tell(path, message);
      if (code === 'changed') this.touched(path);
    } finally {
      this.#busy.delete(entry);
    }
  }

  /** Offers an entry, or refreshes its offer. @throws RollcallError where it cannot be shared */
  async #offer(entry: string, path: string, options: AddOptions): Promise<void> {
    const { terms, offers, onEvent, dismissed } = this.#options;
    const name = resourceName(entry);
    if (dismissed.has(name)) return;
    this.#hold(name, entry, path);
    try {
      if (offers.pathOf(name) === path) return await offers.refresh(name);
      const resource = await offers.add({ name, path, ...terms, entry: true }, options);
      onEvent({ event: 'announced', resource });
    } finally {
      if (offers.pathOf(name) !== path) this.#release(name);
    }
  }

  #hold(name: ResourceName, entry: string, path: string): void {
    const holder = this.#holders.get(name) ?? entry;
    const offered = this.#options.offers.pathOf(name) ?? path;
    if (holder === entry && offered === path) {
      this.#holders.set(name, entry);
      return;
    }
    const rivals = this.#rivals.get(name) ?? new Set();
    this.#rivals.set(name, rivals.add(entry));
    throw new RollcallError('exists', `"${name}" is shared from elsewhere already: give one of them another name`);
  }

  #release(name: ResourceName): void {
    this.#holders.delete(name);
    const rivals = this.#rivals.get(name) ?? [];
    this.#rivals.delete(name);
    for (const rival of rivals) this.touched(join(this.#options.folder, rival));
  }
}

/** Makes one progress of many: each call gives a place to tell one part's. */
function sumOfParts(tell: (bytes: number, size: number) => void): () => (bytes: number, size: number) => void {
  let allBytes = 0;
  let allSize = 0;
  return () => {
    let [partBytes, partSize] = [0, 0];
    return (bytes, size) => {
      allBytes += bytes - partBytes;
      allSize += size - partSize;
      [partBytes, partSize] = [bytes, size];
      tell(allBytes, allSize);
    };
  };
}
