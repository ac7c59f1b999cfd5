import { setMaxListeners } from 'node:events';
import { RollcallError } from '../../../base/errors.ts';
import type { ContentId } from '../../../base/ids.ts';
import { layoutOf } from '../../../base/layout.ts';
import { hashContent } from '../../../base/merkle.ts';
import type { PartialContent } from '../../../base/partialContent.ts';
import type { SharedFile } from '../content/content.ts';
import { KnownStreams } from '../serve/knownStreams.ts';
import type { Trouble } from '../serve/parts.ts';
import { type Stream, WholeStream } from '../serve/stream.ts';
import type { Lookup } from '../source.ts';
import { PartialStream, partOf } from './partialStream.ts';

/** A content that is passed on: first from where it is fetched to, then from where it was published. */
export class PassedOn {
  readonly content: PartialContent;
  readonly #over = new AbortController();
  /** The folder's own layer, where it is one. */
  readonly #layer: Uint8Array;
  readonly #streams = new KnownStreams<Stream>();
  /** Which of the files has an id. */
  readonly #places: Map<ContentId, number>;
  readonly #trouble: Trouble;
  /** Once it is published. */
  #files: readonly SharedFile[] | undefined;
  /** Reads of the temporary that are under way. */
  readonly #reading = new Set<Promise<void>>();

  constructor(content: PartialContent, trouble: Trouble) {
    this.content = content;
    // Every open answer listens, which is no leak.
    setMaxListeners(0, this.#over.signal);
    this.#trouble = trouble;
    this.#places = new Map(content.files.map(({ id }, place) => [id, place]));
    const { listing, files } = content;
    this.#layer = listing === undefined ? (files[0]?.layer ?? new Uint8Array()) : hashContent(listing).layer;
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Its files, once it is published. */
  get files(): readonly SharedFile[] | undefined {
    return this.#files;
  }

  /** What a ticket for it lets somebody fetch as `id`. */
  find(id: ContentId): Lookup {
    const { listing } = this.content;
    if (id === this.content.id) {
      return { id, layer: this.#layer, ...(listing && { listing }), stream: this.#stream(id, undefined) };
    }
    const place = this.#places.get(id);
    const file = place === undefined ? undefined : this.content.files[place];
    if (file === undefined) return 'uncovered';
    return { id, layer: file.layer, stream: this.#stream(id, place) };
  }

  /** From now on it is served from these files. Resolves when the temporary is read no more. */
  async published(files: readonly SharedFile[]): Promise<void> {
    this.#files = files;
    this.#streams.clear();
    await Promise.allSettled(this.#reading);
  }

  /** Nothing of it is served any more. Resolves when it is read no more. */
  async end(): Promise<void> {
    this.#over.abort(new RollcallError('interrupted', 'this content is not served any more'));
    await Promise.allSettled(this.#reading);
  }

  #stream(id: ContentId, place: number | undefined): Stream {
    return this.#streams.get(id, () =>
      this.#files === undefined ? this.#partialStream(id, place) : this.#wholeStream(this.#files, place),
    );
  }

  #wholeStream(files: readonly SharedFile[], place: number | undefined): Stream {
    const own = place === undefined ? files : files.slice(place, place + 1);
    return new WholeStream(own, this.#trouble);
  }

  #partialStream(id: ContentId, place: number | undefined): Stream {
    const { content } = this;
    const part = place === undefined ? content : partOf(content, place, layoutOf([content.files[place]?.size ?? 0]));
    const published = (): Stream | undefined => (this.#files === undefined ? undefined : this.#stream(id, place));
    const read = (from: PartialContent, into: Uint8Array, offset: number): Promise<void> =>
      this.#read(() => from.read(into, offset));
    return new PartialStream(part, { over: this.#over.signal, read }, published);
  }

  async #read(act: () => Promise<void>): Promise<void> {
    this.#over.signal.throwIfAborted();
    const reading = act();
    this.#reading.add(reading);
    try {
      await reading;
    } catch (error) {
      throw this.isOver ? this.#over.signal.reason : error;
    } finally {
      this.#reading.delete(reading);
    }
    this.#over.signal.throwIfAborted();
  }
}
