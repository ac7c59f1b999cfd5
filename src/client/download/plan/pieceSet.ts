import type { PieceRun } from '../../../base/layout.ts';

/** A set of piece numbers, a bit each: 32 KiB for the 262,144 pieces of 4 TiB. */
export class PieceSet {
  /** Pieces there can be. */
  readonly count: number;
  readonly words: Int32Array;

  constructor(count: number) {
    this.count = count;
    this.words = new Int32Array((count + 31) >>> 5);
  }

  has(piece: number): boolean {
    return (((this.words[piece >>> 5] ?? 0) >>> (piece & 31)) & 1) === 1;
  }

  add(piece: number): void {
    this.words[piece >>> 5] = (this.words[piece >>> 5] ?? 0) | (1 << (piece & 31));
  }

  delete(piece: number): void {
    this.words[piece >>> 5] = (this.words[piece >>> 5] ?? 0) & ~(1 << (piece & 31));
  }

  addRun(run: PieceRun): void {
    this.#mask(run, (word, mask) => word | mask);
  }

  deleteRun(run: PieceRun): void {
    this.#mask(run, (word, mask) => word & ~mask);
  }

  #mask({ first, count }: PieceRun, change: (word: number, mask: number) => number): void {
    const end = first + count;
    for (let at = first; at < end; ) {
      const next = Math.min(end, (at & ~31) + 32);
      const mask = next - at === 32 ? -1 : ((1 << (next - at)) - 1) << (at & 31);
      this.words[at >>> 5] = change(this.words[at >>> 5] ?? 0, mask);
      at = next;
    }
  }
}

/** The pieces that are in each of `all` and not in `without`. */
export interface Selection {
  all: readonly PieceSet[];
  without?: PieceSet | undefined;
}

/** The first selected piece from `from` on; the number of pieces where there is none. Looks at 32 at a time. */
export const nextIn = (selection: Selection, from: number): number => seek(selection, from, 0);

/** The first piece from `from` on that is not selected; the number of pieces where there is none. */
export const nextOut = (selection: Selection, from: number): number => seek(selection, from, -1);

/** The pieces of a set, as sorted runs. */
export function* runsIn(set: PieceSet): Generator<PieceRun, void, undefined> {
  const selection = { all: [set] };
  for (let first = nextIn(selection, 0); first < set.count; ) {
    const end = nextOut(selection, first);
    yield { first, count: end - first };
    first = nextIn(selection, end);
  }
}

/** `flip` is 0 to look for members, -1 to look for the others. */
function seek({ all, without }: Selection, from: number, flip: 0 | -1): number {
  const count = all[0]?.count ?? 0;
  let mask = -1 << (from & 31);
  for (let at = from >>> 5; at < (count + 31) >>> 5; at++, mask = -1) {
    let word = without === undefined ? -1 : ~(without.words[at] ?? 0);
    for (const set of all) word &= set.words[at] ?? 0;
    word = (word ^ flip) & mask;
    if (word !== 0) return Math.min(count, at * 32 + 31 - Math.clz32(word & -word));
  }
  return count;
}
