import { readSync, writeSync } from 'node:fs';
import { RollcallError } from '../../base/errors.ts';
import { hashBytes, pieceHash, pieceRange } from '../../base/merkle.ts';

/** SHA-256 trees off the main thread. A file descriptor is good in every thread of the process. */
export interface Hasher extends AsyncDisposable {
  /**
   * Reads pieces `first` … `first + count - 1` of a file of `size` bytes and returns their part of the piece layer.
   * @throws RollcallError `changed` where the file ends early
   */
  hashPieces(file: number, size: number, first: number, count: number): Promise<Uint8Array>;
  /**
   * Writes piece `index` of a file of `size` bytes to its place, if `expected` is its node of the piece layer; says
   * whether it was. The piece's memory is taken, and may come back in `piece` to be used again.
   */
  writeVerified(
    file: number,
    size: number,
    index: number,
    piece: Uint8Array<ArrayBuffer>,
    expected: Uint8Array,
  ): Promise<{ verified: boolean; piece: Uint8Array<ArrayBuffer> }>;
}

/** Reads a piece whole. @throws RollcallError `changed` where the file ends before the piece does */
function readPiece(file: number, into: Uint8Array, offset: number, length: number): Uint8Array {
  for (let done = 0; done < length; ) {
    const read = readSync(file, into, done, length - done, offset + done);
    if (read === 0) throw new RollcallError('changed', 'the file became shorter while it was read');
    done += read;
  }
  return into.subarray(0, length);
}

let readBuffer: Uint8Array | undefined;

export function hashPiecesNow(file: number, size: number, first: number, count: number): Uint8Array<ArrayBuffer> {
  const layer = new Uint8Array(count * hashBytes);
  for (let step = 0; step < count; step++) {
    const { offset, length } = pieceRange(size, first + step);
    if (readBuffer === undefined || readBuffer.length < length) readBuffer = new Uint8Array(length);
    layer.set(pieceHash(readPiece(file, readBuffer, offset, length), size), step * hashBytes);
  }
  return layer;
}

export function writeVerifiedNow(
  file: number,
  size: number,
  index: number,
  piece: Uint8Array,
  expected: Uint8Array,
): boolean {
  if (!pieceHash(piece, size).equals(expected)) return false;
  const { offset } = pieceRange(size, index);
  for (let done = 0; done < piece.length; ) {
    done += writeSync(file, piece, done, piece.length - done, offset + done);
  }
  return true;
}

/** On the caller's own thread: for tests, and for what is too small to be worth a thread. */
export const inlineHasher: Hasher = {
  hashPieces: async (file, size, first, count) => hashPiecesNow(file, size, first, count),
  writeVerified: async (file, size, index, piece, expected) => ({
    verified: writeVerifiedNow(file, size, index, piece, expected),
    piece,
  }),
  [Symbol.asyncDispose]: async () => {},
};
