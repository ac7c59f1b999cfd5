import type { Block } from './block.ts';
import type { Pattern } from './pattern.ts';

/** A position among sorted rows: good until a row is inserted or removed. */
export class Walk {
  readonly #blocks: readonly Block[];
  at: number;
  index: number;

  constructor(blocks: readonly Block[], at: number, index: number) {
    this.#blocks = blocks;
    this.at = at;
    this.index = index;
    this.#settle();
  }

  /** The row here, or nothing at the end. */
  get row(): number | undefined {
    return this.#blocks[this.at]?.rows[this.index];
  }

  next(): void {
    this.index += 1;
    this.#settle();
  }

  /**
   * Goes to the first row from here on whose key contains the pattern, or to the end; gives up, at the start of a block,
   * once it has looked at `maxBytes`.
   * @returns whether it found one, and how many bytes it has looked at
   */
  toMatch(pattern: Pattern, maxBytes: number): { found: boolean; bytes: number } {
    let bytes = 0;
    for (let block = this.#blocks[this.at]; block !== undefined && bytes < maxBytes; block = this.#blocks[this.at]) {
      const { index, bytes: looked } = block.search(pattern, this.index);
      bytes += looked;
      if (index !== -1) {
        this.index = index;
        return { found: true, bytes };
      }
      this.at += 1;
      this.index = 0;
    }
    return { found: false, bytes };
  }

  #settle(): void {
    while (this.index >= (this.#blocks[this.at]?.rows.length ?? Number.POSITIVE_INFINITY)) {
      this.at += 1;
      this.index = 0;
    }
  }
}
