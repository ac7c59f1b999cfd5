import { readSync, writeSync } from 'node:fs';
import { RollcallError } from '../../base/errors.ts';
import { hashBytes, pieceHash, pieceRange } from '../../base/merkle.ts';
import type { SmallFiles } from '../../base/smallFiles.ts';
import { type FileCalls, nodeCalls } from './fileCalls.ts';
import { copyFilesNow, syncFilesNow, writeFilesNow } from './smallFilesNow.ts';

/** SHA-256 trees off the main thread. A file descriptor is good in every thread of the process. */
export interface Hasher extends AsyncDisposable {
  /** Work will come: starts what it takes, so that the first does not wait for it. */
  prepare(): void;
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
  /**
   * Makes those of the files whose content, one after another in `bytes`, is the right one; says which. Nothing is synced.
   * The memory is taken, and may come back in `bytes`.
   */
  writeFiles(
    files: SmallFiles,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<{ verified: boolean[]; bytes: Uint8Array<ArrayBuffer> }>;
  /**
   * As `writeFiles`, with what is under the same paths in the folder `from`, which may be the same folder: then what is
   * right is written once more. Follows no link in the place of a file. Says which were right.
   */
  copyFiles(files: SmallFiles, from: string): Promise<boolean[]>;
  /** Makes what was written to the files last. */
  syncFiles(root: string, paths: readonly string[]): Promise<void>;
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
export const hasherOn = (calls: FileCalls): Hasher => ({
  prepare() {},
  hashPieces: async (file, size, first, count) => hashPiecesNow(file, size, first, count),
  writeVerified: async (file, size, index, piece, expected) => ({
    verified: writeVerifiedNow(file, size, index, piece, expected),
    piece,
  }),
  writeFiles: async (files, bytes) => ({ verified: writeFilesNow(calls, files, bytes), bytes }),
  copyFiles: async (files, from) => copyFilesNow(calls, files, from),
  syncFiles: async (root, paths) => syncFilesNow(calls, root, paths),
  [Symbol.asyncDispose]: async () => {},
});

export const inlineHasher: Hasher = hasherOn(nodeCalls);
