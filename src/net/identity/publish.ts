import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, open, rm } from 'node:fs/promises';

/** Errors of `link` where the file system has no hard links, as FAT. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EISDIR']);

/**
 * Brings a file that only its owner may read into being, whole or not at all, and never over another: says whether it
 * is ours. Where the file system has no hard links it is copied to its place, so that a reader may meet half of it.
 */
export async function publish(path: string, text: string, linkFile: typeof link = link): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeDurably(draft, text);
    await place(draft, path, linkFile);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function place(draft: string, path: string, linkFile: typeof link): Promise<void> {
  try {
    await linkFile(draft, path);
  } catch (error) {
    if (!noLinks.has(codeOf(error) ?? '')) throw error;
    await copyFile(draft, path, constants.COPYFILE_EXCL);
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
