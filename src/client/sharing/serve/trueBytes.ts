import { type FileHandle, lstat } from 'node:fs/promises';
import { RollcallError } from '../../../base/errors.ts';
import { hashBytes, pieceBytes, pieceHash, pieceRange } from '../../../base/merkle.ts';
import type { SharedFile } from '../content/content.ts';
import { identityOf, sameIdentity } from '../disk/fileIdentity.ts';
import { chunkBytes } from '../limits.ts';
import type { ChunkPool } from './chunkPool.ts';

/** Bytes `start` … `end - 1`. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface TrueBytesOptions {
  pool: ChunkPool;
  /** The file is not in the state that was hashed; called once. */
  moved(): void;
}

/**
 * Reads a range of a shared file, chunk by chunk, one chunk ahead of the one that is being sent. The memory of a chunk is
 * used again once the next is asked for.
 *
 * After a chunk was read, the open file still has to have the identity that was hashed: the kernel notes a change before
 * it makes it, so the bytes are the announced ones. Where the identity moved, or the path names another file by now, the
 * piece around the chunk is hashed and compared instead. So no byte of a changed file is handed on.
 * @throws RollcallError `changed` where the bytes are no longer what was announced
 */
export async function* trueBytes(
  file: SharedFile,
  handle: FileHandle,
  { start, end }: ByteRange,
  options: TrueBytesOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const read = checkedReader(file, handle, options);
  let next = read(start, chunkEnd(start, end));
  for (let offset = start; offset < end; ) {
    const chunk = await next;
    offset += chunk.bytes.length;
    if (offset < end) {
      next = read(offset, chunkEnd(offset, end));
      next.catch(() => {
        // It is awaited in the next round, if anybody still wants it.
      });
    }
    yield chunk.bytes;
    // Not reached where the transport lets go early: then a socket may still hold the chunk.
    chunk.release();
  }
}

/** Chunks end where every chunk of a whole file does, so that none reaches over the end of a piece. */
const chunkEnd = (offset: number, end: number): number =>
  Math.min(end, (Math.floor(offset / chunkBytes) + 1) * chunkBytes);

interface Chunk {
  bytes: Buffer;
  release(): void;
}

/** Reads within one piece. Calls must not overlap. */
function checkedReader(
  file: SharedFile,
  handle: FileHandle,
  { pool, moved }: TrueBytesOptions,
): (start: number, end: number) => Promise<Chunk> {
  let trusted: 'not yet' | 'yes' | 'no' = 'not yet';
  /** The last piece that was hashed. */
  let piece: { index: number; bytes: Buffer } | undefined;

  /** The bytes, if file and path are in the state that was hashed. The path is looked at once a request. */
  const unmoved = async (start: number, end: number): Promise<Chunk | undefined> => {
    const bytes = pool.take(end - start);
    const release = (): void => pool.give(bytes);
    const whole = await readFully(handle, bytes, start);
    if (whole && (await isUnmoved(file, handle, trusted === 'not yet'))) return { bytes, release };
    release();
    return undefined;
  };

  const hashed = async (index: number): Promise<Buffer> => {
    if (piece?.index === index) return piece.bytes;
    const { offset, length } = pieceRange(file.size, index);
    const bytes = Buffer.allocUnsafeSlow(length);
    const expected = file.layer.subarray(index * hashBytes, (index + 1) * hashBytes);
    if (!(await readFully(handle, bytes, offset)) || !pieceHash(bytes, file.size).equals(expected)) throw changed();
    piece = { index, bytes };
    return bytes;
  };

  return async (start, end) => {
    if (trusted !== 'no') {
      const chunk = await unmoved(start, end);
      trusted = chunk === undefined ? 'no' : 'yes';
      if (chunk !== undefined) return chunk;
      moved();
    }
    const index = Math.floor(start / pieceBytes(file.size));
    const { offset } = pieceRange(file.size, index);
    return { bytes: (await hashed(index)).subarray(start - offset, end - offset), release: () => {} };
  };
}

/** False where the file ends before the bytes are full. */
async function readFully(handle: FileHandle, bytes: Buffer, offset: number): Promise<boolean> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, offset + done);
    if (bytesRead === 0) return false;
    done += bytesRead;
  }
  return true;
}

async function isUnmoved(file: SharedFile, handle: FileHandle, andPath: boolean): Promise<boolean> {
  try {
    const opened = await handle.stat({ bigint: true });
    if (!sameIdentity(identityOf(opened), file.identity)) return false;
    return !andPath || sameIdentity(identityOf(await lstat(file.path, { bigint: true })), file.identity);
  } catch {
    // The path leads nowhere any more, or cannot be followed: either way it is not what it was.
    return false;
  }
}

const changed = (): RollcallError => new RollcallError('changed', 'the file is no longer what was announced');
