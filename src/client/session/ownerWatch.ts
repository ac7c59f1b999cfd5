import { asRollcallError } from '../../base/errors.ts';
import type { ContentId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import { maxWatched } from '../../net/wire/control.ts';

interface Watcher {
  changed(): void;
}

/** The contents whose owners somebody wants to be told of: remembered, so that each new line is asked for them. */
export class OwnerWatch {
  readonly #tell: (ids: ContentId[]) => Promise<void>;
  readonly #log: Log;
  readonly #watchers = new Map<ContentId, Set<Watcher>>();
  #telling = false;
  /** What was told last is no longer what is watched, or was told on a line that is gone. */
  #stale = false;
  /** The line is a new one: what happened before it was watched, nobody was told. */
  #renewed = false;

  /** `tell` asks the tracker for these and no others, and does nothing where there is no line. */
  constructor(tell: (ids: ContentId[]) => Promise<void>, log: Log) {
    this.#tell = tell;
    this.#log = log;
  }

  add(id: ContentId, changed: () => void): Disposable {
    const watcher: Watcher = { changed };
    const watchers = this.#watchers.get(id) ?? new Set();
    watchers.add(watcher);
    if (watchers.size === 1) {
      this.#watchers.set(id, watchers);
      void this.#say();
    }
    return {
      [Symbol.dispose]: () => {
        if (!watchers.delete(watcher) || watchers.size > 0) return;
        this.#watchers.delete(id);
        void this.#say();
      },
    };
  }

  /** The tracker says that who has this content changed. */
  notice(id: ContentId): void {
    for (const watcher of [...(this.#watchers.get(id) ?? [])]) watcher.changed();
  }

  /** There is a new line. */
  async renew(): Promise<void> {
    if (this.#watchers.size === 0) return;
    this.#renewed = true;
    await this.#say();
  }

  /** One message at a time, of what is watched by then. */
  async #say(): Promise<void> {
    this.#stale = true;
    if (this.#telling) return;
    this.#telling = true;
    while (this.#stale) {
      this.#stale = false;
      const renewed = this.#renewed;
      this.#renewed = false;
      try {
        await this.#tell([...this.#watchers.keys()].slice(-maxWatched));
      } catch (error) {
        // What fails because somebody leaves is no news to him.
        if (this.#watchers.size > 0) {
          this.#log.debug({ why: asRollcallError(error).message }, 'the tracker does not tell who else has a content');
        }
      }
      if (renewed) for (const id of [...this.#watchers.keys()]) this.notice(id);
    }
    this.#telling = false;
  }
}
