/** How far behind the newest a sequence may be, as in IPsec (RFC 4303, section 3.4.3). */
export const replayWindow = 64;

/**
 * Takes each sequence of a sender once, in any order within the window. A ring of bits, so that moving on clears some
 * and shifts none (RFC 6479). Sequences are whole numbers below 2^53.
 */
export class ReplayWindow {
  #newest = -1;
  /** Bit `sequence mod 32` of word `sequence / 32 mod 2`: taken. */
  #even = 0;
  #odd = 0;

  /** `newest` is ahead of all before it, `late` was overtaken, `replayed` was taken before or is too old to tell. */
  take(sequence: number): 'newest' | 'late' | 'replayed' {
    const ahead = sequence - this.#newest;
    if (ahead <= 0) {
      if (ahead <= -replayWindow || this.#taken(sequence)) return 'replayed';
      this.#mark(sequence);
      return 'late';
    }
    if (ahead >= replayWindow) {
      this.#even = 0;
      this.#odd = 0;
    } else {
      for (let skipped = this.#newest + 1; skipped < sequence; skipped++) this.#clear(skipped);
    }
    this.#newest = sequence;
    this.#mark(sequence);
    return 'newest';
  }

  // `<<` and `&` take a number modulo 2^32, exactly so for every whole number below 2^53.
  #taken(sequence: number): boolean {
    return ((sequence & 32 ? this.#odd : this.#even) & (1 << sequence)) !== 0;
  }

  #mark(sequence: number): void {
    if (sequence & 32) this.#odd |= 1 << sequence;
    else this.#even |= 1 << sequence;
  }

  #clear(sequence: number): void {
    if (sequence & 32) this.#odd &= ~(1 << sequence);
    else this.#even &= ~(1 << sequence);
  }
}
