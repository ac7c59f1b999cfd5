import { folderAtHand } from '../disk/folderAtHand.ts';
import { chunkBytes, gatherMs } from '../limits.ts';
import type { FilePart, Reader, Trouble } from './parts.ts';
import { isSmall, readSmallFile } from './smallFiles.ts';
import { trueBytes } from './trueBytes.ts';

/** The bytes of parts of files, one after another, in chunks: small files many to a chunk. Throws as `trueBytes` does. */
export async function* wholeBytes(
  parts: Iterator<FilePart, void, undefined>,
  reader: Reader,
  trouble: Trouble,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let next = parts.next(); next.done !== true; ) {
    const part = next.value;
    if (isSmall(part.file)) {
      const chunk = reader.pool.take(chunkBytes);
      const gathered = gather(part, parts, chunk, reader, trouble);
      next = gathered.next;
      yield chunk.subarray(0, gathered.bytes);
      reader.pool.give(chunk);
    } else {
      yield* bigFile(part, reader, trouble);
      next = parts.next();
    }
  }
}

/** Reads small files into a chunk: as many as fit, and as come quickly, but `first` in any case. */
function gather(
  first: FilePart,
  rest: Iterator<FilePart, void, undefined>,
  chunk: Uint8Array,
  { clock }: Reader,
  trouble: Trouble,
): { bytes: number; next: IteratorResult<FilePart, void> } {
  using folder = folderAtHand();
  const until = clock.now() + gatherMs;
  let bytes = 0;
  for (let part = first; ; ) {
    const { file, range } = part;
    try {
      if (!readSmallFile(file, range, chunk.subarray(bytes), folder)) trouble.moved(file);
    } catch (error) {
      trouble.failed(file, error);
      throw error;
    }
    bytes += lengthOf(part);
    const next = rest.next();
    if (next.done === true || !isSmall(next.value.file)) return { bytes, next };
    if (bytes + lengthOf(next.value) > chunk.length || clock.now() >= until) return { bytes, next };
    part = next.value;
  }
}

async function* bigFile(
  { file, range }: FilePart,
  { files, pool }: Reader,
  trouble: Trouble,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    using borrowed = await files.borrow(file);
    yield* trueBytes(file, borrowed.handle, range, { pool, moved: () => trouble.moved(file) });
  } catch (error) {
    trouble.failed(file, error);
    throw error;
  }
}

const lengthOf = ({ range }: FilePart): number => range.end - range.start;
