import { RollcallError } from '../base/errors.ts';
import { Block, leadOf } from './block.ts';
import { maxBlockRows } from './limits.ts';
import type { Compare, Place } from './place.ts';
import { Walk } from './walk.ts';

/**
 * Rows in order: by a key of bytes, and rows of one key by `compare`. Two levels, a list of packed blocks: a million
 * rows make some 6,000 of them, and to insert a row moves a few KiB.
 */
export class SortedRows {
  /** None is empty but the first. */
  readonly #blocks: Block[] = [new Block()];
  /**
   * The lead of the first key that each block had when it was split off: no key of the block is below it, and none of
   * the block before is above it. With them most of a search stays in one short array.
   */
  readonly #leads: number[] = [0];
  readonly #compare: Compare;
  #count = 0;

  constructor(compare: Compare) {
    this.#compare = compare;
  }

  get count(): number {
    return this.#count;
  }

  get blocks(): number {
    return this.#blocks.length;
  }

  insert(key: Uint8Array, place: Place, row: number): void {
    const { at, index } = this.#bound(key, place, false);
    const block = this.#block(at);
    block.insert(index, key, row);
    this.#count += 1;
    if (!block.full) return;
    const upper = block.split();
    this.#blocks.splice(at + 1, 0, upper);
    this.#leads.splice(at + 1, 0, upper.lead);
  }

  /** Takes this very row off, and none that compares equal. */
  remove(key: Uint8Array, place: Place, row: number): void {
    const walk = this.walk(key, place);
    while (walk.row !== row) {
      if (walk.row === undefined) throw new RollcallError('fault', `row ${row} is not where its order has it`);
      walk.next();
    }
    this.#block(walk.at).remove(walk.index);
    this.#count -= 1;
    this.#mend(walk.at);
  }

  /** Starts at the first row that is not before this place; with `after`, at the first that is behind it. */
  walk(key: Uint8Array, place: Place, after = false): Walk {
    const { at, index } = this.#bound(key, place, after);
    return new Walk(this.#blocks, at, index);
  }

  /** Joins a block that has become small with a neighbour, so that many removals leave few blocks. */
  #mend(at: number): void {
    const wanted = maxBlockRows / 2;
    const left = this.#block(at).rows.length;
    if (left >= wanted / 2) return;
    if (left === 0 && this.#blocks.length > 1) this.#drop(at);
    else this.#join(at, wanted);
  }

  #join(at: number, wanted: number): void {
    for (const lower of [at - 1, at]) {
      const [block, next] = [this.#blocks[lower], this.#blocks[lower + 1]];
      if (block === undefined || next === undefined || block.rows.length + next.rows.length > wanted) continue;
      block.absorb(next);
      this.#drop(lower + 1);
      return;
    }
  }

  #drop(at: number): void {
    this.#blocks.splice(at, 1);
    this.#leads.splice(at, 1);
  }

  /** Where a row at this place goes: in the last block that begins before it. The hottest loops of an announcement. */
  #bound(key: Uint8Array, place: Place, after: boolean): { at: number; index: number } {
    const lead = leadOf(key, key.length);
    let low = 1;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const difference = (this.#leads[middle] ?? 0) - lead;
      const before = difference === 0 ? this.#isBefore(this.#block(middle), 0, key, place, after) : difference < 0;
      if (before) low = middle + 1;
      else high = middle;
    }
    const at = low - 1;
    const block = this.#block(at);
    low = 0;
    high = block.rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(block, middle, key, place, after)) low = middle + 1;
      else high = middle;
    }
    return { at, index: low };
  }

  #isBefore(block: Block, index: number, key: Uint8Array, place: Place, after: boolean): boolean {
    const difference = block.compareKey(index, key) || this.#compare(block.rows[index] ?? 0, place);
    return after ? difference <= 0 : difference < 0;
  }

  #block(at: number): Block {
    const block = this.#blocks[at];
    if (block === undefined) throw new RollcallError('fault', `an order has no block ${at}`);
    return block;
  }
}
