import { RollcallError } from '../../../base/errors.ts';
import { safeText } from '../../../base/safeText.ts';
import { sizeText } from '../../../base/sizeText.ts';
import { reserveBytes, reserveShare } from '../limits.ts';
import { type Disk, systemCode } from './disk.ts';

/** Bytes that have to be free before so many are fetched: 1% more, and 100 MiB more at least. */
export const spaceFor = (missing: number): number =>
  missing === 0 ? 0 : missing + Math.max(Math.ceil(missing * reserveShare), reserveBytes);

/** @throws RollcallError `no-space` that says how many bytes are short */
export async function requireSpace(disk: Disk, folder: string, missing: number): Promise<void> {
  const free = await disk.freeBytes(folder);
  const needed = spaceFor(missing);
  if (free === undefined || free >= needed) return;
  throw new RollcallError(
    'no-space',
    `no space in '${safeText(folder)}': ${sizeText(needed - free)} are missing (${sizeText(missing)} to fetch and ${sizeText(needed - missing)} ` +
      `to spare, ${sizeText(free)} are free). Free that much, or choose another folder, and fetch it again`,
  );
}

export const unwritable = (folder: string, cause: unknown): RollcallError =>
  new RollcallError('usage', `'${safeText(folder)}' cannot be written to: choose a folder where you may write`, {
    cause,
  });

/** What the disk said, for a person; our own errors and what is no disk's stay as they are. */
export async function diskError(disk: Disk, folder: string, missing: number, error: unknown): Promise<unknown> {
  if (error instanceof RollcallError) return error;
  const where = safeText(folder);
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT': {
      const free = (await disk.freeBytes(folder).catch(() => undefined)) ?? 0;
      const short = Math.max(spaceFor(missing) - free, 1);
      return new RollcallError(
        'no-space',
        `no space in '${where}': ${sizeText(short)} are missing. What has come so far is kept: free some, and the same ` +
          'command goes on from there',
        { cause: error },
      );
    }
    case 'EFBIG':
      return new RollcallError(
        'no-space',
        `the file system of '${where}' cannot hold a file as large as this: choose a folder on another one`,
        { cause: error },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return unwritable(folder, error);
    case 'ENAMETOOLONG':
      return new RollcallError(
        'usage',
        `a name or path is too long for the file system of '${where}': choose a shorter name, or a folder with a shorter path`,
        { cause: error },
      );
    case 'EIO':
      return new RollcallError(
        'fault',
        `the disk under '${where}' fails: what was not safely on it is not believed. Check the disk, then try again`,
        { cause: error },
      );
    default:
      return error;
  }
}

/** Says of a failure to look into the target's folder that there is none. */
export function folderError(folder: string, cause: unknown): unknown {
  const code = systemCode(cause);
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return cause;
  const message = `there is no folder '${safeText(folder)}' to save in: make it, or choose another`;
  return new RollcallError('usage', message, { cause });
}
