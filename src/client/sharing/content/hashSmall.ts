import { closeSync, fstatSync, readSync } from 'node:fs';
import type { Clock } from '../../../base/clock.ts';
import { contentIdOf, pieceCount, pieceHash } from '../../../base/merkle.ts';
import { type FileIdentity, identityOf, sameIdentity, settlesInMs } from '../disk/fileIdentity.ts';
import type { FolderAtHand } from '../disk/folderAtHand.ts';
import { smallFileBytes } from '../limits.ts';
import type { HashedFile } from './hashFile.ts';

const memory: Uint8Array = new Uint8Array(smallFileBytes);

/**
 * Hashes a small file at once, in the state in which it was found: to hand it to a thread costs more than it takes.
 * @returns nothing where it is not small, changes or changed, or cannot be read: whatever is the matter with it,
 * `hashFile` deals with it
 */
export function hashSmallFile(
  path: string,
  identity: FileIdentity,
  folder: FolderAtHand,
  clock: Clock,
): HashedFile | undefined {
  const { size } = identity;
  if (size > smallFileBytes || settlesInMs(identity, clock.wall()) > 0) return undefined;
  try {
    const descriptor = folder.open(path);
    try {
      const bytes = memory.subarray(0, size);
      for (let done = 0; done < size; ) {
        const read = readSync(descriptor, bytes, done, size - done, done);
        if (read === 0) return undefined;
        done += read;
      }
      if (!sameIdentity(identityOf(fstatSync(descriptor, { bigint: true })), identity)) return undefined;
      const layer = pieceCount(size) === 0 ? new Uint8Array() : pieceHash(bytes, size);
      return { id: contentIdOf(layer, size), layer, identity };
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // It is gone, or may not be read.
    return undefined;
  }
}
