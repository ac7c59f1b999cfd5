import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { RollcallError } from '../../../base/errors.ts';
import { safeText } from '../../../base/safeText.ts';

/** A folder that stays the same folder, whatever becomes of its path. No method follows a link. */
export interface HeldFolder extends AsyncDisposable {
  /** The names in it, as the disk spells them. */
  names(): Promise<string[]>;
  /** Of the entry itself, not of what it points to. */
  stat(name: string): Promise<BigIntStats>;
  enter(name: string): Promise<HeldFolder>;
  /** Opens a regular file for reading. @throws RollcallError `usage` for anything else, which is never read */
  open(name: string): Promise<FileHandle>;
}

/** Takes a real path: absolute, without links. */
export type HoldFolder = (path: string) => Promise<HeldFolder>;

/** What an entry is where it is neither a file nor a folder. */
export function speciality(stats: BigIntStats): string | undefined {
  if (stats.isFile() || stats.isDirectory()) return undefined;
  if (stats.isSymbolicLink()) return 'a symbolic link';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

/** @throws RollcallError `usage` */
export function refuseAllButFiles(stats: BigIntStats, name: string): void {
  if (stats.isFile()) return;
  const what = speciality(stats) ?? 'a folder';
  throw new RollcallError('usage', `"${safeText(name)}" cannot be shared: it is ${what}, not a regular file`);
}
