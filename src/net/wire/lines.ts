import { RollcallError } from '../../base/errors.ts';
import { KiB } from '../../base/sizes.ts';

/** Longest message, bytes with its line end: a page of a few hundred rows or tickets, and no more to hold per peer. */
export const maxLineBytes: number = 256 * KiB;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const nothing = new Uint8Array(0);

/** Cuts a stream of bytes into lines. Holds bytes, never a socket. */
export class LineSplitter {
  readonly #limit: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** The beginning of a line, `#heldBytes` long, in a block that doubles: many small chunks cost no more than one. */
  #held: Uint8Array = nothing;
  #heldBytes = 0;

  /** `limit`: bytes of the longest line, with its end. */
  constructor(limit: number = maxLineBytes) {
    this.#limit = limit;
  }

  /**
   * The lines that `chunk` completes, without their ends (LF or CRLF); empty lines are skipped.
   * @throws RollcallError `limit` where a line is too long, `bad-message` where it is not UTF-8; the stream is lost
   * then, with the lines of this chunk that came before
   */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      const line = this.#take(chunk.subarray(from, end));
      if (line !== '') lines.push(line);
      from = end + 1;
    }
    this.#hold(chunk.subarray(from));
    return lines;
  }

  #hold(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#admit(part.length);
    const bytes = this.#heldBytes + part.length;
    if (bytes > this.#held.length) {
      const block = new Uint8Array(Math.min(this.#limit, Math.max(bytes, 2 * this.#held.length)));
      block.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = block;
    }
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes = bytes;
  }

  /** One byte of a line's limit is its line feed. */
  #admit(bytes: number): void {
    if (this.#heldBytes + bytes >= this.#limit) {
      throw new RollcallError('limit', `a message is longer than ${this.#limit} bytes`);
    }
  }

  #take(last: Uint8Array): string {
    let line = last;
    if (this.#heldBytes === 0) {
      this.#admit(last.length);
    } else {
      this.#hold(last);
      line = this.#held.subarray(0, this.#heldBytes);
      this.#held = nothing;
      this.#heldBytes = 0;
    }
    try {
      return this.#decoder.decode(line.at(-1) === carriageReturn ? line.subarray(0, -1) : line);
    } catch (cause) {
      throw new RollcallError('bad-message', 'a message is not UTF-8', { cause });
    }
  }
}
