import type { ContentId } from '../../../base/ids.ts';
import type { Log } from '../../../base/log.ts';
import type { PartialContent, PassingOn } from '../../../base/partialContent.ts';
import { Changed } from '../changed.ts';
import type { SharedFile } from '../content/content.ts';
import type { HashCache } from '../content/hashCache.ts';
import { passedOn, rowsAtOnce } from '../limits.ts';
import { oneAtATime } from '../oneAtATime.ts';
import { troubleOf } from '../serve/parts.ts';
import { inSlices } from '../slices.ts';
import type { Lookup } from '../source.ts';
import { PassedOn } from './passedOn.ts';
import { publishedFiles } from './published.ts';

export interface PassingOptions {
  /** Tells the roll the whole set of contents that are passed on. */
  tell(ids: readonly ContentId[]): Promise<void>;
  /** True where a resource has that content: it is announced already. */
  isShared(id: ContentId): boolean;
  /** A published file is no longer served in that state. */
  dropped(file: SharedFile): void;
  cache: HashCache;
  log: Log;
}

/** What is passed on without being shared under a name. */
export class Passing implements AsyncDisposable {
  readonly #options: PassingOptions;
  /** Of one content there may be several, where it is fetched twice. */
  readonly #byId = new Map<ContentId, PassedOn[]>();
  /** Oldest first. */
  readonly #all = new Set<PassedOn>();
  readonly #changed = new Changed();
  readonly #tell: () => Promise<void>;
  #told: readonly ContentId[] = [];
  #leaving = false;
  #closed = false;

  constructor(options: PassingOptions) {
    this.#options = options;
    this.#tell = oneAtATime(() => this.#tellRoll());
  }

  passOn(content: PartialContent): PassingOn {
    const [oldest] = this.#all;
    if (this.#all.size >= passedOn && oldest !== undefined) void this.#drop(oldest);
    const changed = (): void => this.#lose(passed);
    const passed = new PassedOn(content, troubleOf({ moved: () => {}, changed }, this.#options.log));
    this.#all.add(passed);
    this.#byId.set(content.id, [...(this.#byId.get(content.id) ?? []), passed]);
    void this.#tell();
    return {
      finished: (path) => this.#finish(passed, path),
      [Symbol.asyncDispose]: () => (passed.files === undefined ? this.#drop(passed) : Promise.resolve()),
    };
  }

  /** What a ticket for `ticketed` lets somebody fetch as `id`. */
  find(ticketed: ContentId, id: ContentId): Lookup {
    const those = this.#byId.get(ticketed);
    const [first] = those ?? [];
    if (first === undefined) return this.#changed.has(ticketed) ? 'changed' : 'unknown';
    return (those?.find(({ files }) => files !== undefined) ?? first).find(id);
  }

  /** From now on the roll sends nobody here. What is passed on is still served. */
  leave(): void {
    this.#leaving = true;
    if (this.#all.size > 0) void this.#tell();
  }

  /** What is shared is other than before: what need not be told besides may be so too. */
  sharedTurned(): void {
    if (this.#all.size > 0) void this.#tell();
  }

  async #finish(passed: PassedOn, path: string): Promise<void> {
    try {
      const files = await publishedFiles(passed.content, path);
      if (passed.isOver) return await passed.end();
      await passed.published(files);
      void this.#remember(files);
    } catch (error) {
      this.#options.log.warn({ path, error: String(error) }, 'what was saved cannot be passed on');
      await this.#drop(passed);
    }
  }

  /** So that sharing it under a name does not hash it again. */
  async #remember(files: readonly SharedFile[]): Promise<void> {
    await inSlices(files.length, rowsAtOnce, (from, to) => {
      if (!this.#closed) this.#options.cache.putAll(files.slice(from, to));
    });
  }

  /** Its file changed. */
  #lose(passed: PassedOn): void {
    if (passed.isOver) return;
    this.#changed.add(passed.content.id);
    void this.#drop(passed);
  }

  async #drop(passed: PassedOn): Promise<void> {
    if (this.#all.delete(passed)) {
      const { id } = passed.content;
      const rest = (this.#byId.get(id) ?? []).filter((other) => other !== passed);
      if (rest.length > 0) this.#byId.set(id, rest);
      else this.#byId.delete(id);
      for (const file of passed.files ?? []) this.#options.dropped(file);
      void this.#tell();
    }
    await passed.end();
  }

  async #tellRoll(): Promise<void> {
    if (this.#closed) return;
    const { tell, isShared, log } = this.#options;
    const ids = this.#leaving ? [] : [...this.#byId.keys()].filter((id) => !isShared(id));
    if (ids.length === this.#told.length && ids.every((id, place) => id === this.#told[place])) return;
    this.#told = ids;
    try {
      await tell(ids);
    } catch (error) {
      log.debug({ error: String(error) }, 'could not tell what is passed on');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#all, (passed) => this.#drop(passed)));
  }
}
