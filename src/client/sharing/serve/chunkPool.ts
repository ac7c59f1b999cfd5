import { chunkBytes, spareChunks } from '../limits.ts';

/**
 * Memory for chunks, used over and over: fresh memory for each doubles the processor time of an upload, by garbage
 * collection and by pages that the kernel has to clear.
 */
export class ChunkPool {
  readonly #spare: Buffer[] = [];

  /** `length` bytes, at most `chunkBytes`, with anything in them. */
  take(length: number): Buffer {
    const whole = this.#spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
    return whole.subarray(0, length);
  }

  /** Only for what was taken, once nobody looks at it any more. */
  give(chunk: Buffer): void {
    if (this.#spare.length < spareChunks) this.#spare.push(Buffer.from(chunk.buffer));
  }
}
