import type { ContentId } from '../../base/ids.ts';
import { rememberedChanges } from './limits.ts';

/** Contents whose files changed: whoever asks for one is told so, and not that it was never here. Keeps the newest. */
export class Changed {
  readonly #ids = new Set<ContentId>();

  add(id: ContentId): void {
    const [oldest] = this.#ids;
    if (this.#ids.size >= rememberedChanges && oldest !== undefined) this.#ids.delete(oldest);
    this.#ids.add(id);
  }

  has(id: ContentId): boolean {
    return this.#ids.has(id);
  }
}
