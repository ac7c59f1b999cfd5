import type { Layout, PieceRun } from '../../../base/layout.ts';

/** Where pieces start, laid out flat: planning asks for it all the time, and folders have 200,000 pieces. */
export class Spans {
  /** Pieces. */
  readonly count: number;
  /** True where all pieces but the last are of one length, as in a file. */
  readonly even: boolean;
  /** Byte of the stream at which each piece starts, and the end. */
  readonly #starts: Float64Array;

  constructor(layout: Layout) {
    this.count = layout.count;
    this.even = layout.files.length <= 1;
    this.#starts = new Float64Array(layout.count + 1);
    for (const file of layout.files.keys()) {
      const { first, count } = layout.ofFile(file);
      if (count === 0) continue;
      const { offset, length } = layout.place(first);
      for (let index = 0; index < count; index++) this.#starts[first + index] = offset + index * length;
    }
    this.#starts[layout.count] = layout.size;
  }

  /** The byte of the stream at which a piece starts; of the number of pieces, the stream's end. */
  start(piece: number): number {
    return this.#starts[piece] ?? 0;
  }

  length(piece: number): number {
    return this.start(piece + 1) - this.start(piece);
  }

  bytes({ first, count }: PieceRun): number {
    return this.start(first + count) - this.start(first);
  }

  /** The first piece that starts at `offset` or later; the number of pieces at the stream's end, and one more past it. */
  from(offset: number): number {
    let low = 0;
    let high = this.count + 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.start(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The pieces from `first` to before `end` that fit into so many bytes, and one at least. */
  fit(first: number, end: number, bytes: number): PieceRun {
    const past = this.from(this.start(first) + bytes + 1) - 1;
    return { first, count: Math.max(1, Math.min(end, past) - first) };
  }
}
