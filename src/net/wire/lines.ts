import { RollcallError } from '../../base/errors.ts';
import { KiB } from '../../base/sizes.ts';

/** Longest message, bytes with its line end: a page of a few hundred rows or tickets, and no more to hold per peer. */
export const maxLineBytes: number = 256 * KiB;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Cuts a stream of bytes into lines. Holds bytes, never a socket. */
export class LineSplitter {
  readonly #limit: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(limit: number = maxLineBytes) {
    this.#limit = limit;
  }

  /**
   * The lines that `chunk` completes, without their ends (LF or CRLF); empty lines are skipped.
   * @throws RollcallError `limit` where a line is too long, `bad-message` where it is not UTF-8; the stream is lost then
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
    if (this.#heldBytes + part.length > this.#limit) {
      throw new RollcallError('limit', `a message is longer than ${this.#limit} bytes`);
    }
    this.#held.push(part.slice());
    this.#heldBytes += part.length;
  }

  #take(last: Uint8Array): string {
    this.#hold(last);
    const line = new Uint8Array(this.#heldBytes);
    let at = 0;
    for (const part of this.#held) {
      line.set(part, at);
      at += part.length;
    }
    this.#held = [];
    this.#heldBytes = 0;
    try {
      return this.#decoder.decode(line.at(-1) === carriageReturn ? line.subarray(0, -1) : line);
    } catch (cause) {
      throw new RollcallError('bad-message', 'a message is not UTF-8', { cause });
    }
  }
}
