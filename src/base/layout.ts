import { pieceCount, pieceRange } from './merkle.ts';

/** Pieces in a row. */
export interface PieceRun {
  first: number;
  count: number;
}

/** Where a piece is. */
export interface PiecePlace {
  /** The file's place in the folder's listing; 0 for a file on its own. */
  file: number;
  /** Which piece of that file it is. */
  index: number;
  /** Where it starts in the stream, bytes. */
  offset: number;
  /** Bytes. */
  length: number;
}

/**
 * Content as one stream of bytes, cut into pieces: a file as it is; a folder as its files one after another in the order
 * of its listing. No piece reaches over the end of a file, and an empty file has none.
 */
export interface Layout {
  /** Bytes of the stream. */
  readonly size: number;
  /** Pieces. */
  readonly count: number;
  /** Sizes of the files, bytes. */
  readonly files: readonly number[];
  /** @throws RangeError for a piece that there is not */
  place(piece: number): PiecePlace;
  /** The pieces of a file, as a run that may be empty. */
  ofFile(file: number): PieceRun;
  /** The piece that a byte of the stream is in. */
  at(offset: number): number;
}

/** `sizes` in bytes, of the files in order. */
export function layoutOf(sizes: readonly number[]): Layout {
  /** Of each file, and after the last: its first piece, and its first byte in the stream. */
  const pieces = new Float64Array(sizes.length + 1);
  const bytes = new Float64Array(sizes.length + 1);
  for (const [file, size] of sizes.entries()) {
    pieces[file + 1] = (pieces[file] ?? 0) + pieceCount(size);
    bytes[file + 1] = (bytes[file] ?? 0) + size;
  }
  const count = pieces[sizes.length] ?? 0;
  const total = bytes[sizes.length] ?? 0;
  const first = (file: number): number => pieces[file] ?? 0;
  return {
    size: total,
    count,
    files: sizes,
    place(piece) {
      if (!(piece >= 0 && piece < count)) throw new RangeError(`there is no piece ${piece} of ${count}`);
      const file = lastNotAfter(pieces, piece);
      const index = piece - first(file);
      const { offset, length } = pieceRange(sizes[file] ?? 0, index);
      return { file, index, offset: (bytes[file] ?? 0) + offset, length };
    },
    ofFile: (file) => ({ first: first(file), count: first(file + 1) - first(file) }),
    at(offset) {
      if (!(offset >= 0 && offset < total)) throw new RangeError(`there is no byte ${offset} of ${total}`);
      const file = lastNotAfter(bytes, offset);
      const size = sizes[file] ?? 0;
      const { length } = pieceRange(size, 0);
      return first(file) + Math.floor((offset - (bytes[file] ?? 0)) / length);
    },
  };
}

/** The last place in a rising row whose value is at most `value`; of equal ones the last, which passes empty files over. */
function lastNotAfter(row: Float64Array, value: number): number {
  let low = 0;
  let high = row.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((row[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** Bytes `start` … `end - 1` of the stream. */
export function runBytes(layout: Layout, { first, count }: PieceRun): { start: number; end: number } {
  const last = layout.place(first + count - 1);
  return { start: layout.place(first).offset, end: last.offset + last.length };
}

/** Sorted piece numbers as runs. */
export function runsOf(pieces: Iterable<number>): PieceRun[] {
  const runs: PieceRun[] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === piece) last.count++;
    else runs.push({ first: piece, count: 1 });
  }
  return runs;
}
