import type { FileHandle } from 'node:fs/promises';
import { type Clock, sleep } from '../../../base/clock.ts';
import { RollcallError } from '../../../base/errors.ts';
import type { ContentId } from '../../../base/ids.ts';
import { contentIdOf, hashBytes, pieceBytes, pieceCount, pieceRange } from '../../../base/merkle.ts';
import { type FileIdentity, identityOf, sameIdentity, settlesInMs } from '../disk/fileIdentity.ts';
import { inLanes } from '../lanes.ts';
import { hashTries, jobBytes, jobsAtOnce, retryMs } from '../limits.ts';

/** What hashing needs of whoever computes SHA-256 trees. */
export interface PieceHasher {
  /**
   * The piece layer of pieces `first` … `first + count - 1` of an open file of `size` bytes.
   * @throws RollcallError `changed` where the file ends early
   */
  hashPieces(file: number, size: number, first: number, count: number): Promise<Uint8Array>;
}

export interface HashedFile {
  id: ContentId;
  layer: Uint8Array;
  /** The state of the file that was hashed. */
  identity: FileIdentity;
}

interface Options {
  hasher: PieceHasher;
  clock: Clock;
  signal: AbortSignal;
  /** Bytes of this file that are hashed; goes down where the file is started over. */
  onProgress?: ((bytes: number) => void) | undefined;
}

/**
 * Hashes an open file that nothing changes meanwhile; starts over where something does.
 * @throws RollcallError `changed` where it keeps changing
 */
export async function hashFile(file: FileHandle, options: Options): Promise<HashedFile> {
  for (let left = hashTries; left > 0; left--) {
    const identity = await settled(file, options);
    const layer = await hashOnce(file, identity, options);
    if (layer !== undefined) return { id: contentIdOf(layer, identity.size), layer, identity };
    options.onProgress?.(0);
    if (left > 1) await sleep(options.clock, retryMs, options.signal);
  }
  throw new RollcallError('changed', 'it keeps changing while it is read; share it again once nothing writes to it');
}

/** The file's identity, as soon as a change would be sure to give it another. */
async function settled(file: FileHandle, { clock, signal }: Options): Promise<FileIdentity> {
  const identity = await identityNow(file);
  const ms = settlesInMs(identity, clock.wall());
  if (ms === 0) return identity;
  await sleep(clock, ms, signal);
  return await identityNow(file);
}

/** The piece layer; nothing where the file changed on the way. */
async function hashOnce(file: FileHandle, identity: FileIdentity, options: Options): Promise<Uint8Array | undefined> {
  const { size } = identity;
  const layer = new Uint8Array(pieceCount(size) * hashBytes);
  let hashed = 0;
  try {
    await inLanes(jobsOf(size), jobsAtOnce, async ({ first, count }) => {
      options.signal.throwIfAborted();
      layer.set(await options.hasher.hashPieces(file.fd, size, first, count), first * hashBytes);
      await expectUnmoved(file, identity);
      const last = pieceRange(size, first + count - 1);
      hashed += last.offset + last.length - pieceRange(size, first).offset;
      options.onProgress?.(hashed);
    });
    return layer;
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'changed') return undefined;
    throw error;
  }
}

function* jobsOf(size: number): Generator<{ first: number; count: number }> {
  const pieces = pieceCount(size);
  const step = Math.max(1, jobBytes / pieceBytes(size));
  for (let first = 0; first < pieces; first += step) yield { first, count: Math.min(step, pieces - first) };
}

const identityNow = async (file: FileHandle): Promise<FileIdentity> => identityOf(await file.stat({ bigint: true }));

async function expectUnmoved(file: FileHandle, identity: FileIdentity): Promise<void> {
  if (!sameIdentity(await identityNow(file), identity))
    throw new RollcallError('changed', 'it changed while it was read');
}
