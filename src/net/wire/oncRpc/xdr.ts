import { RollcallError } from '../../../base/errors.ts';

/** External Data Representation, RFC 4506: big-endian, everything a multiple of four bytes. */

const unit = 4;
const firstBlockBytes = 256;
const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder('latin1');

const padding = (bytes: number): number => (unit - (bytes % unit)) % unit;

const short = (): RollcallError => new RollcallError('bad-message', 'XDR: the message ends too early');

/** Reads one item after another. Every method throws RollcallError `bad-message` where the bytes do not hold it. */
export class XdrReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** For enumerations as well. */
  int(): number {
    return this.#view.getInt32(this.#take(unit));
  }

  unsigned(): number {
    return this.#view.getUint32(this.#take(unit));
  }

  bool(): boolean {
    const value = this.int();
    if (value !== 0 && value !== 1) throw new RollcallError('bad-message', `XDR: ${value} is no boolean`);
    return value === 1;
  }

  /** A view of at most `maxBytes` bytes. What the padding is made of does not matter. */
  opaque(maxBytes: number): Uint8Array {
    const bytes = this.unsigned();
    if (bytes > maxBytes) {
      throw new RollcallError('bad-message', `XDR: ${bytes} bytes where at most ${maxBytes} are allowed`);
    }
    const from = this.#take(bytes);
    this.#take(padding(bytes));
    return this.#bytes.subarray(from, from + bytes);
  }

  /** UTF-8; where it is not, ISO 8859-1, which older programs send, and which shows every byte. */
  string(maxBytes: number): string {
    const bytes = this.opaque(maxBytes);
    try {
      return strict.decode(bytes);
    } catch {
      // It is not UTF-8.
      return latin1.decode(bytes);
    }
  }

  /** All that was not read yet. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#take(this.#bytes.length - this.#at));
  }

  /** Refuses what follows the last item. */
  end(): void {
    const more = this.#bytes.length - this.#at;
    if (more > 0) throw new RollcallError('bad-message', `XDR: ${more} bytes too many`);
  }

  #take(bytes: number): number {
    const from = this.#at;
    if (bytes > this.#bytes.length - from) throw short();
    this.#at = from + bytes;
    return from;
  }
}

/** Writes one item after another. */
export class XdrWriter {
  #bytes: Uint8Array = new Uint8Array(firstBlockBytes);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  int(value: number): this {
    const at = this.#room(unit);
    this.#view.setInt32(at, value);
    return this;
  }

  unsigned(value: number): this {
    const at = this.#room(unit);
    this.#view.setUint32(at, value);
    return this;
  }

  bool(value: boolean): this {
    return this.int(value ? 1 : 0);
  }

  /** @throws RollcallError `limit` past `maxBytes` */
  opaque(bytes: Uint8Array, maxBytes: number): this {
    if (bytes.length > maxBytes) {
      throw new RollcallError('limit', `XDR: ${bytes.length} bytes where at most ${maxBytes} are allowed`);
    }
    return this.unsigned(bytes.length).raw(bytes);
  }

  /** @throws RollcallError `limit` past `maxBytes` of UTF-8 */
  string(text: string, maxBytes: number): this {
    return this.opaque(encoder.encode(text), maxBytes);
  }

  /** Bytes as they are, padded. */
  raw(bytes: Uint8Array): this {
    const at = this.#room(bytes.length + padding(bytes.length));
    this.#bytes.set(bytes, at);
    return this;
  }

  /** What was written; the writer is done with. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Fresh blocks are zeros, and so is padding. */
  #room(bytes: number): number {
    const at = this.#length;
    this.#length += bytes;
    if (this.#length > this.#bytes.length) {
      const block = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      block.set(this.#bytes.subarray(0, at));
      this.#bytes = block;
      this.#view = new DataView(block.buffer);
    }
    return at;
  }
}
