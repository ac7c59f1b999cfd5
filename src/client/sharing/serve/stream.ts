import { type Layout, layoutOf } from '../../../base/layout.ts';
import { pieceBytes } from '../../../base/merkle.ts';
import type { PartialContent } from '../../../base/partialContent.ts';
import type { SharedFile } from '../content/content.ts';
import type { FilePart, Reader, Trouble } from './parts.ts';
import { Tally } from './tally.ts';
import type { ByteRange } from './trueBytes.ts';
import { wholeBytes } from './wholeBytes.ts';

/** Content as a stream of bytes, to be handed on. */
export interface Stream {
  readonly layout: Layout;
  readonly tally: Tally;
  /** Set while only a part of it is here. */
  readonly partial?: PartialContent | undefined;
  /** Aborts where nothing of it is to be served any more. */
  readonly over?: AbortSignal | undefined;
  /**
   * Reads a range that is here. The memory of a chunk is used again once the next is asked for.
   * @throws RollcallError `changed` where the bytes are no longer what was announced; the system's error
   */
  read(range: ByteRange, reader: Reader): AsyncGenerator<Uint8Array, void, undefined>;
}

/** Files that are all here, one after another. */
export class WholeStream implements Stream {
  readonly files: readonly SharedFile[];
  readonly #trouble: Trouble;
  #layout: Layout | undefined;
  #tally: Tally | undefined;

  constructor(files: readonly SharedFile[], trouble: Trouble) {
    this.files = files;
    this.#trouble = trouble;
  }

  get layout(): Layout {
    this.#layout ??= layoutOf(this.files.map(({ size }) => size));
    return this.#layout;
  }

  get tally(): Tally {
    this.#tally ??= new Tally(this.layout);
    return this.#tally;
  }

  read(range: ByteRange, reader: Reader): AsyncGenerator<Uint8Array, void, undefined> {
    return wholeBytes(this.#parts(range), reader, this.#trouble);
  }

  *#parts({ start, end }: ByteRange): Generator<FilePart, void, undefined> {
    if (start >= end) return;
    const { file, index, offset } = this.layout.place(this.layout.at(start));
    let at = offset - index * pieceBytes(this.files[file]?.size ?? 0);
    for (let place = file; at < end; place++) {
      const shared = this.files[place];
      if (shared === undefined) return;
      const part = { start: Math.max(0, start - at), end: Math.min(shared.size, end - at) };
      if (part.start < part.end) yield { file: shared, range: part };
      at += shared.size;
    }
  }
}
