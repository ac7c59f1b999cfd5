import { createHash, hash } from 'node:crypto';
import type { ContentId } from './ids.ts';

/**
 * Content as a SHA-256 Merkle tree, as BEP 52 has it (https://www.bittorrent.org/beps/bep_0052.html): leaves are the
 * hashes of 16 KiB blocks (the last may be shorter and is not padded), the leaf layer is filled up to a power of two
 * with zero hashes, and a node is the hash of its two children. Beyond BEP 52: the empty file's id is SHA-256 of nothing.
 */

/** Bytes of content under one leaf. */
export const leafBytes = 16_384;
export const hashBytes = 32;
const minPieceBytes = 2 ** 20;
const maxPieceBytes = 2 ** 24;
const wantedPieces = 2000;

/** Bytes of a piece of a file of `size` bytes: a power of two from 1 to 16 MiB, aiming at about 2,000 pieces a file. */
export function pieceBytes(size: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, size / wantedPieces)));
  return Math.min(maxPieceBytes, Math.max(minPieceBytes, wanted));
}

/** How many pieces a file of `size` bytes has; the empty file has none. */
export const pieceCount = (size: number): number => Math.ceil(size / pieceBytes(size));

/** Where a piece starts and how many bytes it has. */
export function pieceRange(size: number, index: number): { offset: number; length: number } {
  const offset = index * pieceBytes(size);
  return { offset, length: Math.min(pieceBytes(size), size - offset) };
}

const powerOfTwoFrom = (count: number): number => 2 ** Math.ceil(Math.log2(count));
const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

/** `zeroNodes[h]` is the root of a subtree of 2^h zero leaves. */
const zeroNodes: Buffer[] = [Buffer.alloc(hashBytes)];
function zeroNode(height: number): Buffer {
  for (let known = zeroNodes.length; known <= height; known++) {
    const below = zeroNodes[known - 1] as Buffer;
    zeroNodes.push(sha256(Buffer.concat([below, below])));
  }
  return zeroNodes[height] as Buffer;
}

/** Reduces a layer of nodes at `height` to its root, the layer filled up to `width` nodes. Overwrites `layer`. */
function reduce(layer: Buffer, width: number, height: number): Buffer {
  let count = layer.length / hashBytes;
  for (let wide = width, level = height; wide > 1; wide /= 2, level++) {
    const parents = Math.ceil(count / 2);
    for (let parent = 0; parent < parents; parent++) {
      const at = parent * 2 * hashBytes;
      const whole = parent * 2 + 1 < count;
      const pair = whole
        ? layer.subarray(at, at + 2 * hashBytes)
        : Buffer.concat([layer.subarray(at, at + hashBytes), zeroNode(level)]);
      sha256(pair).copy(layer, parent * hashBytes);
    }
    count = parents;
  }
  return Buffer.from(layer.subarray(0, hashBytes));
}

/**
 * The node of the piece layer that covers `piece`, for piece `index` of a file of `size` bytes. A file of one piece has
 * its root here.
 */
export function pieceHash(piece: Uint8Array, size: number): Buffer {
  const count = Math.ceil(piece.length / leafBytes);
  const leaves = Buffer.allocUnsafe(count * hashBytes);
  for (let leaf = 0; leaf < count; leaf++) {
    sha256(piece.subarray(leaf * leafBytes, (leaf + 1) * leafBytes)).copy(leaves, leaf * hashBytes);
  }
  const single = size <= pieceBytes(size);
  return reduce(leaves, single ? powerOfTwoFrom(count) : pieceBytes(size) / leafBytes, 0);
}

/** The content id over a piece layer: `pieceCount(size)` hashes in a row; none for the empty file. */
export function contentIdOf(layer: Uint8Array, size: number): ContentId {
  if (size === 0) return createHash('sha256').digest('hex') as ContentId;
  const height = Math.log2(pieceBytes(size) / leafBytes);
  return reduce(Buffer.from(layer), powerOfTwoFrom(layer.length / hashBytes), height).toString('hex') as ContentId;
}

/** True where `layer` is the piece layer of the content `id` of `size` bytes. */
export function layerFits(layer: Uint8Array, size: number, id: ContentId): boolean {
  return layer.length === pieceCount(size) * hashBytes && contentIdOf(layer, size) === id;
}

/** How many leaves a file of `size` bytes has; the empty file has none. */
export const leafCount = (size: number): number => Math.ceil(size / leafBytes);

/** True where `leaves` are the hashes of each 16 KiB of the content `id` of `size` bytes. */
export function leavesFit(leaves: Uint8Array, size: number, id: ContentId): boolean {
  if (leaves.length !== leafCount(size) * hashBytes) return false;
  if (size === 0) return contentIdOf(leaves, size) === id;
  return reduce(Buffer.from(leaves), powerOfTwoFrom(leafCount(size)), 0).toString('hex') === id;
}

/** Hashes whole content that is in memory. */
export function hashContent(content: Uint8Array): { id: ContentId; layer: Buffer } {
  const size = content.length;
  const layer = Buffer.concat(
    Array.from({ length: pieceCount(size) }, (_, index) => {
      const { offset, length } = pieceRange(size, index);
      return pieceHash(content.subarray(offset, offset + length), size);
    }),
  );
  return { id: contentIdOf(layer, size), layer };
}
