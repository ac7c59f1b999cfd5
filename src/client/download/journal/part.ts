import type { DiskFile } from '../disk/disk.ts';

/** A file on its way: where its verified pieces are written. */
export interface Part {
  /** Its place in the folder's listing; 0 for a file on its own. */
  number: number;
  file: DiskFile;
}
