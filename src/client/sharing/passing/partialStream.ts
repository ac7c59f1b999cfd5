import { RollcallError } from '../../../base/errors.ts';
import type { Layout } from '../../../base/layout.ts';
import type { PartialContent } from '../../../base/partialContent.ts';
import { chunkBytes } from '../limits.ts';
import type { Reader } from '../serve/parts.ts';
import type { Stream } from '../serve/stream.ts';
import { Tally } from '../serve/tally.ts';
import type { ByteRange } from '../serve/trueBytes.ts';

/** Reads of a content that still comes; they end with it. */
export interface PartialReads {
  /** Aborts where nothing of it is to be served any more. */
  readonly over: AbortSignal;
  /** Reads from the temporary. @throws the reason of `over` */
  read(content: PartialContent, into: Uint8Array, offset: number): Promise<void>;
}

/** Content of which a part is here. An upload that is under way when it is published goes on from there. */
export class PartialStream implements Stream {
  readonly partial: PartialContent;
  readonly tally: Tally;
  readonly #reads: PartialReads;
  readonly #published: () => Stream | undefined;

  /** `published` gives the stream to go on from, once there is one. */
  constructor(content: PartialContent, reads: PartialReads, published: () => Stream | undefined) {
    this.partial = content;
    this.tally = new Tally(content.layout);
    this.#reads = reads;
    this.#published = published;
  }

  get layout(): Layout {
    return this.partial.layout;
  }

  get over(): AbortSignal {
    return this.#reads.over;
  }

  async *read({ start, end }: ByteRange, reader: Reader): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = start; at < end; ) {
      const published = this.#published();
      if (published !== undefined) return yield* published.read({ start: at, end }, reader);
      const bytes = reader.pool.take(Math.min(chunkBytes, end - at));
      await this.#reads.read(this.partial, bytes, at);
      at += bytes.length;
      yield bytes;
      reader.pool.give(bytes);
    }
  }
}

/** The pieces of one file of a folder that still comes, as content of its own. */
export function partOf(content: PartialContent, file: number, layout: Layout): PartialContent {
  const { first, count } = content.layout.ofFile(file);
  const own = content.files[file];
  if (own === undefined) throw new RollcallError('fault', `there is no file ${file} in the folder`);
  const start = count === 0 ? 0 : content.layout.place(first).offset;
  return {
    id: own.id,
    kind: 'file',
    layout,
    files: [own],
    has: (piece) => piece >= 0 && piece < count && content.has(first + piece),
    runs: () =>
      content.runs().flatMap((run) => {
        const from = Math.max(run.first, first);
        const next = Math.min(run.first + run.count, first + count);
        return from < next ? [{ first: from - first, count: next - from }] : [];
      }),
    watch: (added) =>
      content.watch((piece) => {
        if (piece >= first && piece < first + count) added(piece - first);
      }),
    read: (into, offset) => content.read(into, start + offset),
  };
}
