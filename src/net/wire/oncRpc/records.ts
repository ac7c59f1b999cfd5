import { RollcallError } from '../../../base/errors.ts';
import { KiB } from '../../../base/sizes.ts';

/**
 * Record marking, RFC 5531, section 11: a message over a stream is a record of fragments, each after a header of four
 * bytes: its length, with the highest bit set where it is the last.
 */
const headerBytes = 4;
const lastFragment = 0x8000_0000;

/** Longest record, bytes: the longest datagram, so that TCP and UDP take the same calls. */
export const maxRecordBytes: number = 64 * KiB;
/** Fragments of a record that may be empty: nobody needs any, and no record may go on for ever. */
const maxEmptyFragments = 16;

const nothing = new Uint8Array(0);

/** A message as a record of one fragment. @throws RollcallError `limit` past 64 KiB */
export function encodeRecord(message: Uint8Array): Uint8Array {
  if (message.length > maxRecordBytes) throw tooLong();
  const record = new Uint8Array(headerBytes + message.length);
  new DataView(record.buffer).setUint32(0, (lastFragment | message.length) >>> 0);
  record.set(message, headerBytes);
  return record;
}

const tooLong = (): RollcallError => new RollcallError('limit', `a record is longer than ${maxRecordBytes} bytes`);

/** Cuts a stream of bytes into messages. Holds bytes, never a socket. */
export class RecordReader {
  #headerRead = 0;
  #header = 0;
  /** Bytes of this fragment that are still to come. */
  #left = 0;
  #empty = 0;
  /** The beginning of a record, `#heldBytes` long, in a block that doubles. */
  #held: Uint8Array = nothing;
  #heldBytes = 0;

  /** True in the middle of a record. */
  get partial(): boolean {
    return this.#headerRead > 0 || this.#heldBytes > 0 || this.#empty > 0;
  }

  /**
   * The messages that `chunk` completes; one may be a view of it.
   * @throws RollcallError `limit` where a record is too long, `bad-message` where it is of empty fragments; the stream is
   * lost then, with the messages of this chunk that came before
   */
  push(chunk: Uint8Array): Uint8Array[] {
    const messages: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#headerRead < headerBytes) {
        this.#header = ((this.#header << 8) | (chunk[at] as number)) >>> 0;
        at += 1;
        this.#headerRead += 1;
        if (this.#headerRead < headerBytes) continue;
        this.#begin();
      }
      const part = chunk.subarray(at, at + this.#left);
      at += part.length;
      this.#left -= part.length;
      if (this.#left > 0 || this.#header < lastFragment) {
        this.#hold(part);
        if (this.#left === 0) this.#headerRead = 0;
      } else {
        messages.push(this.#finish(part));
      }
    }
    return messages;
  }

  #begin(): void {
    this.#left = this.#header & ~lastFragment;
    if (this.#heldBytes + this.#left > maxRecordBytes) throw tooLong();
    if (this.#left > 0) return;
    this.#empty += 1;
    if (this.#empty > maxEmptyFragments) {
      throw new RollcallError('bad-message', `a record has more than ${maxEmptyFragments} empty fragments`);
    }
  }

  #hold(part: Uint8Array): void {
    if (part.length === 0) return;
    const bytes = this.#heldBytes + part.length;
    if (bytes > this.#held.length) {
      const block = new Uint8Array(Math.min(maxRecordBytes, Math.max(bytes, 2 * this.#held.length)));
      block.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = block;
    }
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes = bytes;
  }

  #finish(last: Uint8Array): Uint8Array {
    let message = last;
    if (this.#heldBytes > 0) {
      this.#hold(last);
      message = this.#held.subarray(0, this.#heldBytes);
    }
    this.#headerRead = 0;
    this.#empty = 0;
    this.#held = nothing;
    this.#heldBytes = 0;
    return message;
  }
}
