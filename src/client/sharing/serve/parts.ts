import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { SharedFile } from '../content/content.ts';
import { failureKind } from '../disk/diskErrors.ts';
import type { ChunkPool } from './chunkPool.ts';
import type { OpenFiles } from './openFiles.ts';
import type { ByteRange } from './trueBytes.ts';

/** A part of a file. */
export interface FilePart {
  file: SharedFile;
  range: ByteRange;
}

/** What reading takes. */
export interface Reader {
  files: OpenFiles;
  pool: ChunkPool;
  clock: Clock;
}

/** Told of a file that is not as it was when it was hashed. */
export interface Trouble {
  /** It is in another state; its bytes may be the same. */
  moved(file: SharedFile): void;
  /** It could not be read, or does not have the announced bytes any more. */
  failed(file: SharedFile, error: unknown): void;
}

/** Tells `changed` of files that do not have the announced bytes any more, and `moved` of those that may have them. */
export function troubleOf(
  { moved, changed }: Record<'moved' | 'changed', (file: SharedFile) => void>,
  log: Log,
): Trouble {
  return {
    moved,
    failed(file, error) {
      const kind = failureKind(error);
      if (kind === 'changed') return changed(file);
      log.warn({ file: file.path, error: String(error) }, 'a shared file could not be read');
      if (kind === 'other') moved(file);
    },
  };
}
