import type { PieceRun } from '../../../base/layout.ts';
import { nextIn, PieceSet } from './pieceSet.ts';
import type { Spans } from './spans.ts';

/** Which pieces are here, who may have the others, and which of them are asked for. */
export class Board {
  readonly spans: Spans;
  readonly here: PieceSet;
  /** Not here and in no ask that is sure of it. */
  readonly free: PieceSet;
  /** Among what a whole owner is choosing from. May be free. */
  readonly offered: PieceSet;
  /** Known of no partial owner: only whole ones can give it. */
  readonly lonely: PieceSet;
  /** Free again since somebody was slow with it. */
  readonly urgent: PieceSet;
  readonly #asks: Uint8Array;
  readonly #owners: Uint16Array;
  #freeBytes = 0;
  #urgent = 0;
  #released = 0;
  #missing: number;

  constructor(spans: Spans, has: (piece: number) => boolean) {
    const { count } = spans;
    this.spans = spans;
    this.here = new PieceSet(count);
    this.free = new PieceSet(count);
    this.offered = new PieceSet(count);
    this.urgent = new PieceSet(count);
    this.lonely = new PieceSet(count);
    this.lonely.addRun({ first: 0, count });
    this.#asks = new Uint8Array(count);
    this.#owners = new Uint16Array(count);
    this.#missing = count;
    for (let piece = 0; piece < count; piece++) {
      if (has(piece)) {
        this.here.add(piece);
        this.#missing--;
      } else this.#release(piece);
    }
  }

  get freeBytes(): number {
    return this.#freeBytes;
  }

  get hasUrgent(): boolean {
    return this.#urgent > 0;
  }

  /** How often a piece became free: where nothing was found free, nothing is until this changes. */
  get released(): number {
    return this.#released;
  }

  get whole(): boolean {
    return this.#missing === 0;
  }

  /** Partial owners that are known to have it. */
  rarity(piece: number): number {
    return this.#owners[piece] ?? 0;
  }

  /** Asks that it is in for sure. */
  asks(piece: number): number {
    return this.#asks[piece] ?? 0;
  }

  /** One more ask is sure of it. */
  hold(piece: number): void {
    this.#take(piece);
    this.#asks[piece] = this.asks(piece) + 1;
  }

  /** One ask less. */
  drop(piece: number): void {
    this.#asks[piece] = this.asks(piece) - 1;
    if (this.asks(piece) === 0 && !this.here.has(piece)) this.#release(piece);
  }

  /** False where it was here. */
  arrived(piece: number): boolean {
    if (piece >= this.spans.count || this.here.has(piece)) return false;
    this.here.add(piece);
    this.#missing--;
    this.#take(piece);
    return true;
  }

  /** Somebody is slow with it. */
  hurry(piece: number): void {
    if (!this.free.has(piece) || this.urgent.has(piece)) return;
    this.urgent.add(piece);
    this.#urgent++;
  }

  /** A partial owner has these: adds them to what was known of it. */
  gained(has: PieceSet, { first, count }: PieceRun): void {
    for (let piece = first; piece < Math.min(first + count, has.count); piece++) {
      if (has.has(piece)) continue;
      has.add(piece);
      this.#owners[piece] = this.rarity(piece) + 1;
      this.lonely.delete(piece);
    }
  }

  /** A partial owner does not have it after all. */
  lost(has: PieceSet, piece: number): void {
    if (!has.has(piece)) return;
    has.delete(piece);
    this.#owners[piece] = this.rarity(piece) - 1;
    if (this.rarity(piece) === 0) this.lonely.add(piece);
  }

  lostAll(has: PieceSet): void {
    const known = { all: [has] };
    for (let piece = nextIn(known, 0); piece < has.count; piece = nextIn(known, piece + 1)) this.lost(has, piece);
  }

  #take(piece: number): void {
    if (!this.free.has(piece)) return;
    this.free.delete(piece);
    this.#freeBytes -= this.spans.length(piece);
    if (!this.urgent.has(piece)) return;
    this.urgent.delete(piece);
    this.#urgent--;
  }

  #release(piece: number): void {
    this.#released++;
    this.free.add(piece);
    this.#freeBytes += this.spans.length(piece);
  }
}
