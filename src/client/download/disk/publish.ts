import { basename, dirname } from 'node:path';
import { RollcallError } from '../../../base/errors.ts';
import type { ResourceKind } from '../../../base/roll.ts';
import { safeText } from '../../../base/safeText.ts';
import type { DownloadRequest } from '../request.ts';
import { type Disk, systemCode, tolerate } from './disk.ts';
import { numbered } from './names.ts';

type IfExists = DownloadRequest['ifExists'];

export function existsError(path: string): RollcallError {
  return new RollcallError('exists', `'${safeText(path)}' is there already and was left as it is`);
}

/**
 * Gives a finished file its name, in one step and without a chance to replace what is there; returns its path. A link
 * to the temporary that is there already counts as done: a crash came between the two.
 * @throws RollcallError `exists`
 */
export async function publishFile(disk: Disk, temporary: string, target: string, ifExists: IfExists): Promise<string> {
  const path = await nameFile(disk, temporary, target, ifExists);
  await disk.syncFolder(dirname(path));
  return path;
}

async function nameFile(disk: Disk, temporary: string, target: string, ifExists: IfExists): Promise<string> {
  if (ifExists === 'overwrite') {
    await refuseKind(disk, target, 'file');
    await disk.rename(temporary, target);
    return target;
  }
  for (const path of ifExists === 'rename' ? numbered(target, 'file') : [target]) {
    if (await place(disk, temporary, path)) return path;
  }
  throw existsError(target);
}

/** False where the name is taken. */
async function place(disk: Disk, temporary: string, path: string): Promise<boolean> {
  try {
    await disk.link(temporary, path);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      if (!(await isLinked(disk, temporary, path))) return false;
    } else {
      tolerate(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL');
      return await placeWithoutLinks(disk, temporary, path);
    }
  }
  await disk.unlink(temporary);
  return true;
}

/** True where both names are the same file. */
export async function isLinked(disk: Disk, temporary: string, path: string): Promise<boolean> {
  const [there, ours] = [await disk.entry(path), await disk.entry(temporary)];
  return there !== undefined && ours !== undefined && there.inode === ours.inode && there.links > 1;
}

/**
 * For file systems that know no links, as FAT: takes the name with an empty file, then renames over it. It replaces
 * nothing either; yet a crash between the two leaves the empty file.
 */
async function placeWithoutLinks(disk: Disk, temporary: string, path: string): Promise<boolean> {
  try {
    await (await disk.open(path, 'make', 0o600)).close();
  } catch (error) {
    tolerate(error, 'EEXIST');
    return false;
  }
  try {
    await disk.rename(temporary, path);
  } catch (error) {
    await disk.unlink(path);
    throw error;
  }
  return true;
}

/**
 * Gives a finished folder its name; returns its path. A rename replaces an empty folder at most, and that only where one
 * came up since we looked. `old` is where a folder that is replaced waits to be removed.
 * @throws RollcallError `exists`
 */
export async function publishFolder(
  disk: Disk,
  temporary: string,
  target: string,
  old: string,
  ifExists: IfExists,
): Promise<string> {
  const path = await nameFolder(disk, temporary, target, old, ifExists);
  await disk.syncFolder(dirname(path));
  return path;
}

async function nameFolder(
  disk: Disk,
  temporary: string,
  target: string,
  old: string,
  ifExists: IfExists,
): Promise<string> {
  if (ifExists === 'overwrite') {
    await replaceFolder(disk, temporary, target, old);
    return target;
  }
  for (const path of ifExists === 'rename' ? numbered(target, 'folder') : [target]) {
    if ((await disk.entry(path)) !== undefined) continue;
    try {
      await disk.rename(temporary, path);
      return path;
    } catch (error) {
      tolerate(error, 'EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR');
    }
  }
  throw existsError(target);
}

async function replaceFolder(disk: Disk, temporary: string, target: string, old: string): Promise<void> {
  if (await refuseKind(disk, target, 'folder')) await disk.rename(target, old);
  try {
    await disk.rename(temporary, target);
  } catch (error) {
    if ((await disk.entry(old)) !== undefined) await disk.rename(old, target);
    throw error;
  }
  if ((await disk.entry(old)) !== undefined) await disk.removeFolder(old);
}

/**
 * True where something is there that may be replaced: a link is, what it leads to is not.
 * @throws RollcallError `exists` for a folder in place of a file, or the reverse, and for a device or a pipe in place of either
 */
export async function refuseKind(disk: Disk, target: string, kind: ResourceKind): Promise<boolean> {
  const there = await disk.entry(target);
  if (there === undefined) return false;
  if (there.kind === 'other') {
    throw new RollcallError(
      'exists',
      `'${safeText(target)}' is a device, a pipe or a socket, which nothing replaces: name another target`,
    );
  }
  const isFolder = there.kind === 'folder';
  if (isFolder === (kind === 'folder')) return true;
  const [is, comes] = isFolder ? ['a folder', 'a file'] : ['a file', 'a folder'];
  throw new RollcallError(
    'exists',
    `'${safeText(basename(target))}' is ${is}, and ${comes} does not replace it: name another target`,
  );
}
