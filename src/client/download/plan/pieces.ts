import type { Layout, PieceRun } from '../../../base/layout.ts';
import { pieceRange } from '../../../base/merkle.ts';

/** Which pieces of a content are verified and written. */
export class Pieces {
  readonly #layout: Layout;
  readonly #there: Uint8Array;
  #missingBytes: number;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#there = new Uint8Array(layout.count);
    this.#missingBytes = layout.size;
  }

  get missingBytes(): number {
    return this.#missingBytes;
  }

  get whole(): boolean {
    return this.#missingBytes === 0;
  }

  has(piece: number): boolean {
    return this.#there[piece] === 1;
  }

  /** True where every piece of a run is there. */
  hasAll({ first, count }: PieceRun): boolean {
    for (let piece = first; piece < first + count; piece++) if (!this.has(piece)) return false;
    return true;
  }

  /** Returns the bytes that this adds: none where the piece was there, or is none of this content. */
  add(piece: number): number {
    if (piece >= this.#layout.count || this.has(piece)) return 0;
    this.#there[piece] = 1;
    const { length } = this.#layout.place(piece);
    this.#missingBytes -= length;
    return length;
  }

  addRun({ first, count }: PieceRun): void {
    for (let piece = first; piece < Math.min(this.#layout.count, first + count); piece++) this.add(piece);
  }

  removeRun({ first, count }: PieceRun): void {
    for (let piece = first; piece < first + count; piece++) {
      if (!this.has(piece)) continue;
      this.#there[piece] = 0;
      this.#missingBytes += this.#layout.place(piece).length;
    }
  }

  runs(): PieceRun[] {
    const runs: PieceRun[] = [];
    for (let first = this.#there.indexOf(1); first !== -1; ) {
      const end = this.#there.indexOf(0, first);
      const count = (end === -1 ? this.#layout.count : end) - first;
      runs.push({ first, count });
      first = end === -1 ? -1 : this.#there.indexOf(1, end);
    }
    return runs;
  }

  /** Where the last piece of a file that is there ends, bytes: a file that holds them has at least so many. */
  endIn(file: number): number {
    const { first, count } = this.#layout.ofFile(file);
    for (let index = count - 1; index >= 0; index--) {
      if (!this.has(first + index)) continue;
      const { offset, length } = pieceRange(this.#layout.files[file] ?? 0, index);
      return offset + length;
    }
    return 0;
  }
}
