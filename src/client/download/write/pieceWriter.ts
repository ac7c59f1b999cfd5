import { hashBytes, pieceBytes } from '../../../base/merkle.ts';
import type { Batches } from '../journal/batches.ts';
import type { Part } from '../journal/part.ts';
import { minWritingPieces, writingBytes } from '../limits.ts';
import type { Pieces } from '../plan/pieces.ts';
import type { Writer } from '../ports.ts';
import type { Buffers } from './buffers.ts';

/** Where the pieces of one content go. */
export interface PieceWriterOptions {
  part: Part;
  pieces: Pieces;
  layer: Uint8Array;
  writer: Writer;
  buffers: Buffers;
  batches: Batches;
  /** A piece is verified and written; it has so many bytes. */
  verified(bytes: number): void;
  bad(index: number): void;
}

/** Has pieces verified and written, a bounded number at a time. */
export class PieceWriter {
  readonly #options: PieceWriterOptions;
  readonly #most: number;
  readonly #writing = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  constructor(options: PieceWriterOptions) {
    this.#options = options;
    this.#most = Math.max(minWritingPieces, Math.floor(writingBytes / pieceBytes(options.pieces.size)));
  }

  /**
   * Takes a piece and its memory. Returns a promise where the caller should wait before the next one.
   * @throws what writing an earlier one threw
   */
  give(index: number, piece: Uint8Array<ArrayBuffer>): void | Promise<void> {
    this.#throwFailure();
    const writing = this.#write(index, piece)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
    if (this.#writing.size < this.#most) return undefined;
    return Promise.race(this.#writing).then(() => this.#throwFailure());
  }

  /** Waits for all that was given. Never throws: `finish` tells. */
  async settle(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing);
  }

  /** Waits for all that was given. @throws what writing one of them threw */
  async finish(): Promise<void> {
    await this.settle();
    this.#throwFailure();
  }

  async #write(index: number, piece: Uint8Array<ArrayBuffer>): Promise<void> {
    const { part, pieces, layer, writer, buffers, batches } = this.#options;
    const expected = layer.subarray(index * hashBytes, (index + 1) * hashBytes);
    const written = await writer.writeVerified(part.file.fd, pieces.size, index, piece, expected);
    buffers.giveBack(written.piece);
    if (!written.verified) return this.#options.bad(index);
    const bytes = pieces.add(index);
    this.#options.verified(bytes);
    await batches.add(part, index, bytes);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
