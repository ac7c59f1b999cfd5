import type { ContentId } from '../../../base/ids.ts';
import { knownStreams } from '../limits.ts';
import type { Stream } from './stream.ts';

/**
 * Streams of a content: its own, and those of a folder's files that were asked for. Whichever was asked for longest ago
 * goes first, so that somebody who asks for all of them costs no memory.
 */
export class KnownStreams<S extends Stream> {
  /** Whose turn it was longest ago stands first. */
  readonly #known = new Map<ContentId, S>();

  get(id: ContentId, make: () => S): S {
    const stream = this.#known.get(id) ?? make();
    this.#known.delete(id);
    this.#known.set(id, stream);
    const [oldest] = this.#known.keys();
    if (this.#known.size > knownStreams && oldest !== undefined) this.#known.delete(oldest);
    return stream;
  }

  clear(): void {
    this.#known.clear();
  }
}
