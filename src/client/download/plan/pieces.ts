import { pieceCount, pieceRange } from '../../../base/merkle.ts';

/** Pieces in a row. */
export interface PieceRun {
  first: number;
  count: number;
}

/** Which pieces of one content are verified and written. */
export class Pieces {
  readonly size: number;
  readonly count: number;
  readonly #there: Uint8Array;
  #missingBytes: number;

  /** `size` in bytes. */
  constructor(size: number) {
    this.size = size;
    this.count = pieceCount(size);
    this.#there = new Uint8Array(this.count);
    this.#missingBytes = size;
  }

  get missingBytes(): number {
    return this.#missingBytes;
  }

  get whole(): boolean {
    return this.#missingBytes === 0;
  }

  /** Where the last piece that is there ends: a file that holds them has at least so many bytes. */
  get end(): number {
    const last = this.#there.lastIndexOf(1);
    if (last === -1) return 0;
    const { offset, length } = pieceRange(this.size, last);
    return offset + length;
  }

  has(index: number): boolean {
    return this.#there[index] === 1;
  }

  /** Returns the bytes that this adds: none where the piece was there, or is none of this content. */
  add(index: number): number {
    if (index >= this.count || this.has(index)) return 0;
    this.#there[index] = 1;
    const { length } = pieceRange(this.size, index);
    this.#missingBytes -= length;
    return length;
  }

  addRun({ first, count }: PieceRun): number {
    let bytes = 0;
    for (let index = first; index < Math.min(this.count, first + count); index++) bytes += this.add(index);
    return bytes;
  }
}

/** The first pieces in a row that are missing and not to be avoided; nothing where there are none. */
export function nextRun(pieces: Pieces, avoid: (index: number) => boolean): PieceRun | undefined {
  const wanted = (index: number): boolean => index < pieces.count && !pieces.has(index) && !avoid(index);
  let first = 0;
  while (first < pieces.count && !wanted(first)) first++;
  let count = 0;
  while (wanted(first + count)) count++;
  return count === 0 ? undefined : { first, count };
}

/** Sorted indices as runs. */
export function runsOf(indices: readonly number[]): PieceRun[] {
  const runs: PieceRun[] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === index) last.count++;
    else runs.push({ first: index, count: 1 });
  }
  return runs;
}
