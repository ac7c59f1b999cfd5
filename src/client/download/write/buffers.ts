/** Memory for pieces, used again: fresh megabytes cost the kernel a fault a page. */
export class Buffers {
  readonly #free: ArrayBuffer[] = [];

  /** At least `capacity` bytes, seen as `length` of them; what is in it is left from earlier. */
  take(length: number, capacity: number): Uint8Array<ArrayBuffer> {
    const at = this.#free.findIndex((memory) => memory.byteLength >= capacity);
    const memory = at === -1 ? new ArrayBuffer(capacity) : this.#free.splice(at, 1)[0];
    return new Uint8Array(memory ?? new ArrayBuffer(capacity), 0, length);
  }

  /** Memory that was handed to another thread for good is not taken back. */
  giveBack(piece: Uint8Array<ArrayBuffer>): void {
    if (piece.byteLength > 0) this.#free.push(piece.buffer);
  }
}
