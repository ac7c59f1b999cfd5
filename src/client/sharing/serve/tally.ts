import type { Layout } from '../../../base/layout.ts';
import type { ByteRange } from './trueBytes.ts';

/** A range that is being sent. */
export interface Sending {
  /** The reader took so many bytes more. */
  taken(bytes: number): void;
  /** Nothing more is sent: pieces that did not get out whole count back. To be called once. */
  ended(): void;
}

/** How often each piece of a stream was sent, or is being sent, to anybody. */
export class Tally {
  readonly #layout: Layout;
  /** Made once anything is sent. 65,535 stands for more, too. */
  #sent: Uint16Array | undefined;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  sent(piece: number): number {
    return this.#sent?.[piece] ?? 0;
  }

  /** Counts the pieces that are wholly within the range. */
  begin({ start, end }: ByteRange): Sending {
    const first = this.#firstFrom(start);
    const next = this.#nextAt(end);
    let at = start;
    this.#count(first, next, 1);
    return {
      taken(bytes) {
        at += bytes;
      },
      ended: () => this.#count(Math.max(first, this.#nextAt(at)), next, -1),
    };
  }

  /** The first piece that begins there or later. */
  #firstFrom(offset: number): number {
    if (offset >= this.#layout.size) return this.#layout.count;
    const piece = this.#layout.at(offset);
    return this.#layout.place(piece).offset === offset ? piece : piece + 1;
  }

  /** The first piece that ends later. */
  #nextAt(offset: number): number {
    return offset >= this.#layout.size ? this.#layout.count : this.#layout.at(offset);
  }

  #count(first: number, next: number, by: 1 | -1): void {
    this.#sent ??= new Uint16Array(this.#layout.count);
    for (let piece = first; piece < next; piece++) {
      const sent = this.#sent[piece] ?? 0;
      if (sent < 0xffff) this.#sent[piece] = sent + by;
    }
  }
}
