import { spareBytes } from './limits.ts';

/** Memory for pieces, used again: fresh megabytes cost the kernel a fault a page. */
export class Buffers {
  readonly #free: ArrayBuffer[] = [];
  #freeBytes = 0;

  /** At least `capacity` bytes, seen as `length` of them; what is in it is left from earlier. */
  take(length: number, capacity: number): Uint8Array<ArrayBuffer> {
    const at = this.#free.findIndex((memory) => memory.byteLength >= capacity);
    const memory = at === -1 ? undefined : this.#free.splice(at, 1)[0];
    this.#freeBytes -= memory?.byteLength ?? 0;
    return new Uint8Array(memory ?? new ArrayBuffer(capacity), 0, length);
  }

  /** Memory that was handed to another thread for good is not taken back, nor more than is worth keeping. */
  giveBack(piece: Uint8Array<ArrayBuffer>): void {
    const bytes = piece.buffer.byteLength;
    if (bytes === 0 || this.#freeBytes + bytes > spareBytes) return;
    this.#freeBytes += bytes;
    this.#free.push(piece.buffer);
  }
}
