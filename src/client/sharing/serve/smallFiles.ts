import { closeSync, fstatSync, readSync } from 'node:fs';
import { RollcallError } from '../../../base/errors.ts';
import { pieceHash } from '../../../base/merkle.ts';
import type { SharedFile } from '../content/content.ts';
import { identityOf, sameIdentity } from '../disk/fileIdentity.ts';
import type { FolderAtHand } from '../disk/folderAtHand.ts';
import { smallFileBytes } from '../limits.ts';
import type { ByteRange } from './trueBytes.ts';

/** Small enough to be read at once; it has one piece. */
export const isSmall = ({ size }: SharedFile): boolean => size <= smallFileBytes;

/**
 * Reads a range of a small file. As `trueBytes`: after the reading the open file has the identity that was hashed, or the
 * bytes have the announced hash.
 * @returns whether the file is in the state that was hashed
 * @throws RollcallError `changed` where the bytes are no longer what was announced
 */
export function readSmallFile(
  file: SharedFile,
  { start, end }: ByteRange,
  into: Uint8Array,
  folder: FolderAtHand,
): boolean {
  const descriptor = folder.open(file.path);
  try {
    const whole = readAt(descriptor, into.subarray(0, end - start), start);
    if (whole && sameIdentity(identityOf(fstatSync(descriptor, { bigint: true })), file.identity)) return true;
    const bytes = new Uint8Array(file.size);
    if (!readAt(descriptor, bytes, 0) || !pieceHash(bytes, file.size).equals(file.layer)) throw changed();
    into.set(bytes.subarray(start, end));
    return false;
  } finally {
    closeSync(descriptor);
  }
}

/** False where the file ends before the bytes are full. */
function readAt(descriptor: number, bytes: Uint8Array, offset: number): boolean {
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(descriptor, bytes, done, bytes.length - done, offset + done);
    if (read === 0) return false;
    done += read;
  }
  return true;
}

const changed = (): RollcallError => new RollcallError('changed', 'the file is no longer what was announced');
