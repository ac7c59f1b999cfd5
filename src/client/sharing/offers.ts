import { isDeepStrictEqual } from 'node:util';
import { asRollcallError, RollcallError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type { Announcement } from '../../base/roll.ts';
import type { Announcer } from './announcer.ts';
import { type Content, type ContentReader, readContent, type SharedFile } from './content/content.ts';
import type { Library } from './library.ts';
import { oneAtATime } from './oneAtATime.ts';
import type { Quiet } from './quiet.ts';
import type { SharingEvent } from './sharing.ts';
import type { Skips } from './skips.ts';

/** Something that shall be shared, as long as it is there. */
export interface Offer {
  name: ResourceName;
  /** Real. */
  path: string;
  description: string;
  to: readonly UserName[] | undefined;
  /** True for one of a shared folder's entries: whoever watches the folder offers it again when it comes back. */
  entry: boolean;
}

export interface AddOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((bytes: number, size: number) => void) | undefined;
}

interface Kept {
  offer: Offer;
  refresh(): Promise<void>;
  watching?: AsyncDisposable | undefined;
}

export interface OffersOptions {
  reader: ContentReader;
  library: Library;
  announcer: Announcer;
  quiet: Quiet;
  skips: Skips;
  onEvent(event: SharingEvent): void;
  log: Log;
  /** Aborts when the sharing ends. */
  life: AbortSignal;
}

/** Keeps what is announced true to the disk. */
export class Offers implements AsyncDisposable {
  readonly #options: OffersOptions;
  readonly #kept = new Map<ResourceName, Kept>();
  readonly #reading = new Set<Promise<Content>>();

  constructor(options: OffersOptions) {
    this.#options = options;
  }

  /** The path that goes by the name. */
  pathOf(name: ResourceName): string | undefined {
    return this.#kept.get(name)?.offer.path;
  }

  /** Reads an offer and announces it, in place of the one of its name. @throws RollcallError where that cannot be done */
  async add(offer: Offer, { signal, onProgress }: AddOptions): Promise<Announcement> {
    const { name } = offer;
    const { library } = this.#options;
    const content = await this.#read(offer, signal, onProgress);
    const kept: Kept = { offer, refresh: oneAtATime(() => this.#refresh(kept)) };
    const [old, before] = [this.#kept.get(name), library.get(name)];
    this.#kept.set(name, kept);
    await old?.watching?.[Symbol.asyncDispose]();
    try {
      const { announcement } = await this.#commit(offer, content);
      return announcement;
    } catch (error) {
      if (this.#kept.get(name) === kept) {
        await this.#drop(name);
        if (before === undefined) library.remove(name, 'withdrawn');
        else this.#withdraw(name, asRollcallError(error).message);
      }
      throw error;
    }
  }

  /** What watches over an offer ends with it. */
  async watch(name: ResourceName, watching: AsyncDisposable): Promise<void> {
    const kept = this.#kept.get(name);
    const useless = kept === undefined ? watching : kept.watching;
    if (kept !== undefined) kept.watching = watching;
    await useless?.[Symbol.asyncDispose]();
  }

  /** Looks at the disk: announces anew what changed, withdraws what is not there any more. Never fails. */
  async refresh(name: ResourceName): Promise<void> {
    await this.#kept.get(name)?.refresh();
  }

  /** A shared file is not in the state that was hashed. */
  moved(name: ResourceName, file: SharedFile): void {
    if (this.#options.library.holds(name, file)) void this.refresh(name);
  }

  /** A shared file does not have the announced bytes any more: withdraws the resource, and announces it anew. */
  changed(name: ResourceName, file: SharedFile): void {
    if (!this.#options.library.holds(name, file)) return;
    this.#withdraw(name, 'its file changed');
    void this.refresh(name);
  }

  /** @throws RollcallError `not-found` */
  async withdraw(name: ResourceName): Promise<void> {
    if (!this.#kept.has(name)) throw new RollcallError('not-found', `"${name}" is not shared: look at what is`);
    await this.#drop(name);
    const { library, announcer } = this.#options;
    if (library.get(name) === undefined) return;
    library.remove(name, 'withdrawn');
    await announcer.withdraw(name);
  }

  async #read(offer: Offer, signal?: AbortSignal, onProgress?: AddOptions['onProgress']): Promise<Content> {
    const { reader, skips, life } = this.#options;
    const until = signal === undefined ? life : AbortSignal.any([life, signal]);
    until.throwIfAborted();
    const onSkipped = (path: string, why: string): void => skips.tell(path, why);
    const reading = readContent(reader, offer.path, { signal: until, onProgress, onSkipped });
    this.#reading.add(reading);
    try {
      return await reading;
    } finally {
      this.#reading.delete(reading);
    }
  }

  /** @returns what is announced now, and whether that is news */
  async #commit(offer: Offer, content: Content): Promise<{ announcement: Announcement; news: boolean }> {
    const { library, announcer } = this.#options;
    const { name, description, to } = offer;
    const { id, size, kind, modified } = content;
    const announcement = { name, id, size, kind, description, modified, ...(to && { to }) };
    const news = !isDeepStrictEqual(library.get(name), announcement);
    library.put(announcement, content);
    if (news) await announcer.announce(announcement);
    return { announcement, news };
  }

  async #refresh(kept: Kept): Promise<void> {
    const { onEvent, life } = this.#options;
    const { offer } = kept;
    const isCurrent = (): boolean => !life.aborted && this.#kept.get(offer.name) === kept;
    try {
      const content = await this.#read(offer);
      if (!isCurrent()) return;
      const { announcement, news } = await this.#commit(offer, content);
      if (news && isCurrent()) onEvent({ event: 'announced', resource: announcement });
    } catch (error) {
      if (isCurrent()) await this.#lose(kept, asRollcallError(error));
    }
  }

  /** It cannot be shared as it is now. Where it comes back or calms down, it is announced again. */
  async #lose({ offer, refresh }: Kept, error: RollcallError): Promise<void> {
    const { quiet, log } = this.#options;
    const { name, path, entry } = offer;
    log.debug({ name, path, error: error.message }, 'a shared file cannot be read');
    this.#withdraw(name, error.code === 'not-found' ? 'its file is gone' : error.message);
    if (error.code === 'not-found' && entry) await this.#drop(name);
    if (error.code === 'changed') quiet.touched(path, () => void refresh());
  }

  #withdraw(name: ResourceName, why: string): void {
    const { library, announcer, onEvent, log } = this.#options;
    if (library.get(name) === undefined) return;
    library.remove(name, 'changed');
    onEvent({ event: 'withdrawn', name, why });
    announcer.withdraw(name).catch((error) => log.warn({ name, error: String(error) }, 'could not withdraw'));
  }

  async #drop(name: ResourceName): Promise<void> {
    const kept = this.#kept.get(name);
    this.#kept.delete(name);
    await kept?.watching?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.#kept.keys(), (name) => this.#drop(name)));
    await Promise.allSettled(this.#reading);
  }
}
