import type { Log } from '../../base/log.ts';
import type { ResourceName } from '../../base/names.ts';
import { readKept } from '../../base/readKept.ts';
import { replaceFile } from '../../base/replaceFile.ts';
import { oneAtATime } from '../sharing/oneAtATime.ts';
import type { Share } from './daemon.ts';
import { type Item, nothingYet } from './item.ts';
import { maxShelfBytes } from './limits.ts';
import { parseShelf, shelfText } from './shelfFile.ts';

export interface ItemsOptions {
  /** Where those are kept that stay over starts. Its folder has to be there. */
  file: string;
  log: Log;
  told(event: { event: 'share'; share: Share } | { event: 'withdrawn'; name: ResourceName }): void;
}

/** The things on a shelf, by their names: each change is told, and what is kept over starts is written down. */
export class Items {
  readonly #options: ItemsOptions;
  readonly #all = new Map<ResourceName, Item>();
  /** Writes down what is kept over starts. Never fails. */
  readonly save: () => Promise<void>;

  constructor(options: ItemsOptions) {
    this.#options = options;
    this.save = oneAtATime(() => this.#write());
  }

  /** Takes what was kept. To be called once, first. */
  async open(): Promise<void> {
    const { file, log } = this.#options;
    const shares = await readKept({ file, of: 'what is shared', maxBytes: maxShelfBytes, parse: parseShelf, log });
    for (const kept of shares) this.put({ share: { ...kept, ...nothingYet }, origin: 'kept', run: undefined });
  }

  get count(): number {
    return this.#all.size;
  }

  /** All of them as they are now: some may be put or removed meanwhile. */
  all(): readonly Item[] {
    return [...this.#all.values()];
  }

  get(name: ResourceName): Item | undefined {
    return this.#all.get(name);
  }

  /** In the place of what has its name; told once something is known of it. */
  put(item: Item): void {
    this.#all.set(item.share.name, item);
  }

  turn(item: Item, change: Partial<Share>): void {
    Object.assign(item.share, change);
    this.tell(item);
  }

  tell({ share }: Item): void {
    this.#options.told({ event: 'share', share: { ...share } });
  }

  remove(name: ResourceName): void {
    if (this.#all.delete(name)) this.#options.told({ event: 'withdrawn', name });
  }

  async #write(): Promise<void> {
    const { file, log } = this.#options;
    const kept = this.all().filter(({ origin }) => origin === 'kept');
    try {
      await replaceFile(file, shelfText(kept.map(({ share }) => share)));
    } catch (error) {
      log.error({ file, error }, 'what is shared could not be written down');
    }
  }
}
