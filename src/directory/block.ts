import { maxBlockBytes, maxBlockRows, rowWeightBytes } from './limits.ts';
import { Grams, type Pattern } from './pattern.ts';

/** Bytes that a block starts with, and grows by half: most users share little. */
const firstBytes = 128;

/** Fewer bytes than this are searched at once: grams would save nothing and take as much memory as the keys. */
const leastGramBytes = 2048;

/**
 * A short sorted run of rows with their keys packed behind one another, so that a search for bytes goes through all of
 * them at once. It stores what it is told where it is told; the order is its list's business.
 */
export class Block {
  readonly rows: number[];
  /** Where each key ends in `#bytes`; it starts where the one before ends. */
  readonly #ends: number[];
  #bytes: Buffer;
  /** Made by the first search, and kept up with insertions from then on. */
  #grams: Grams | undefined;
  /** Removals since then, each of which may have left grams behind that no key has any more. */
  #removals = 0;

  constructor(rows: number[] = [], ends: number[] = [], bytes: Buffer = Buffer.alloc(firstBytes)) {
    this.rows = rows;
    this.#ends = ends;
    this.#bytes = bytes;
  }

  get full(): boolean {
    return this.rows.length >= maxBlockRows || (this.rows.length > 1 && this.bytes >= maxBlockBytes);
  }

  /** Bytes of all keys. */
  get bytes(): number {
    return this.#ends.at(-1) ?? 0;
  }

  #start(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
  }

  /** The lead of the first key: see `leadOf`. */
  get lead(): number {
    return leadOf(this.#bytes, this.#ends[0] ?? 0);
  }

  /** Below 0 where the key at `index` comes before `key`. */
  compareKey(index: number, key: Uint8Array): number {
    const bytes = this.#bytes;
    const start = this.#start(index);
    const length = (this.#ends[index] ?? 0) - start;
    const shared = Math.min(length, key.length);
    for (let at = 0; at < shared; at++) {
      const difference = (bytes[start + at] ?? 0) - (key[at] ?? 0);
      if (difference !== 0) return difference;
    }
    return length - key.length;
  }

  insert(index: number, key: Uint8Array, row: number): void {
    const start = this.#start(index);
    const used = this.bytes;
    if (used + key.length > this.#bytes.length) this.#grow(used + key.length);
    this.#bytes.copyWithin(start + key.length, start, used);
    this.#bytes.set(key, start);
    this.rows.splice(index, 0, row);
    this.#ends.splice(index, 0, start);
    this.#shift(index, key.length);
    this.#grams?.add(key, 0, key.length);
  }

  remove(index: number): void {
    const start = this.#start(index);
    const end = this.#ends[index] ?? 0;
    this.#bytes.copyWithin(start, end, this.bytes);
    this.rows.splice(index, 1);
    this.#ends.splice(index, 1);
    this.#shift(index, start - end);
    this.#removals += 1;
    if (this.#removals > this.rows.length) this.#grams = undefined;
  }

  #shift(from: number, by: number): void {
    const ends = this.#ends;
    for (let at = from; at < ends.length; at++) ends[at] = (ends[at] ?? 0) + by;
  }

  #grow(needed: number): void {
    const bytes = this.#bytes;
    this.#bytes = copyOf(bytes, 0, bytes.length, Math.max(needed, Math.ceil(bytes.length * 1.5)));
  }

  /** Takes the upper half out as a block of its own. */
  split(): Block {
    const half = this.rows.length >>> 1;
    const start = this.#start(half);
    const bytes = copyOf(this.#bytes, start, this.bytes);
    const ends = this.#ends.splice(half).map((end) => end - start);
    this.#bytes = copyOf(this.#bytes, 0, start);
    this.#grams = undefined;
    return new Block(this.rows.splice(half), ends, bytes);
  }

  /** Appends all of the block that follows. */
  absorb(next: Block): void {
    const used = this.bytes;
    this.#bytes = copyOf(this.#bytes, 0, used, used + next.bytes);
    next.#bytes.copy(this.#bytes, used, 0, next.bytes);
    this.rows.push(...next.rows);
    this.#ends.push(...next.#ends.map((end) => end + used));
    this.#grams = undefined;
  }

  /**
   * The first row from `from` on whose key contains the pattern, or -1, and how many bytes it took to know. No key
   * matches across its end: see `nameKey`.
   */
  search(pattern: Pattern, from: number): { index: number; bytes: number } {
    const used = this.bytes;
    let bytes = rowWeightBytes;
    if (pattern.grams.length > 0 && used >= leastGramBytes) {
      if (this.#grams === undefined) {
        this.#grams = new Grams();
        this.#grams.add(this.#bytes, 0, used);
        this.#removals = 0;
        bytes += used;
      }
      if (!this.#grams.hasAll(pattern.grams)) return { index: -1, bytes };
    }
    const start = this.#start(from);
    const found = this.#bytes.indexOf(pattern.bytes, start);
    if (found === -1 || found >= used) return { index: -1, bytes: bytes + used - start };
    return { index: this.#rowAt(found, from), bytes: bytes + found - start };
  }

  /** The row whose key has the byte at `offset`. */
  #rowAt(offset: number, from: number): number {
    let [low, high] = [from, this.rows.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ends[middle] ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** The first six bytes of a key, zeros behind it, as a number: keys whose leads differ are in the order of these. */
export function leadOf(key: Uint8Array, length: number): number {
  let lead = 0;
  for (let at = 0; at < 6; at++) lead = lead * 256 + (at < length ? (key[at] ?? 0) : 0);
  return lead;
}

/** Memory of its own: `Buffer.from` and `Buffer.concat` hand out parts of a pool, which a small part keeps alive. */
function copyOf(bytes: Buffer, start: number, end: number, capacity: number = end - start): Buffer {
  const copy = Buffer.alloc(capacity);
  bytes.copy(copy, 0, start, end);
  return copy;
}
