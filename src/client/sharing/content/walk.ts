import { RollcallError } from '../../../base/errors.ts';
import { collisionKey, type RelativePath, relativePath } from '../../../base/names.ts';
import { maxListedEntries } from '../../../net/wire/listing.ts';
import { diskError, isGone } from '../disk/diskErrors.ts';
import { type FileIdentity, identityOf } from '../disk/fileIdentity.ts';
import { type HeldFolder, speciality } from '../disk/heldFolder.ts';
import { isTemporary } from '../disk/hidden.ts';

/** What is in a folder, all the way down. */
export interface Walked {
  files: FoundFile[];
  emptyFolders: RelativePath[];
  skipped: Skipped[];
  /** Folders that are looked into; a listing bounds those that follow from its files. */
  folders: number;
  /** Of all files together. */
  bytes: number;
}

export interface FoundFile {
  /** Its way from the root, as the disk spells it. */
  way: string[];
  /** As it is told to others. */
  path: RelativePath;
  identity: FileIdentity;
}

export interface Skipped {
  way: string[];
  why: string;
}

/**
 * Lists a folder without following links. What cannot be shared is skipped; our own temporaries are left out silently.
 * @throws RollcallError `limit` where there are too many entries
 */
export async function walk(root: HeldFolder, signal: AbortSignal): Promise<Walked> {
  const found: Walked = { files: [], emptyFolders: [], skipped: [], folders: 0, bytes: 0 };
  await visit(root, [], found, signal);
  return found;
}

/** @returns whether anything in it is listed */
async function visit(folder: HeldFolder, way: string[], found: Walked, signal: AbortSignal): Promise<boolean> {
  const taken = new Map<string, string>();
  let listed = false;
  for (const name of (await folder.names()).sort()) {
    signal.throwIfAborted();
    if (isTemporary(name)) continue;
    const entries = found.files.length + found.emptyFolders.length + found.skipped.length;
    if (entries >= maxListedEntries || found.folders > maxListedEntries) {
      throw new RollcallError('limit', `more than ${maxListedEntries} entries are in the folder: share parts of it`);
    }
    const here = [...way, name];
    try {
      const path = relativePath(here.join('/'));
      const key = collisionKey(name);
      const other = taken.get(key);
      if (other !== undefined)
        throw new RollcallError('usage', `it has the name of "${other}", but for case or spelling`);
      if (await take(folder, name, here, path, found, signal)) {
        taken.set(key, name);
        listed = true;
      }
    } catch (error) {
      if (signal.aborted || isLimit(error)) throw error;
      if (isGone(error) && !name.includes('\uFFFD')) continue;
      const why = isGone(error) ? 'its name is not valid UTF-8' : diskError(error, here.join('/')).message;
      found.skipped.push({ way: here, why });
    }
  }
  return listed;
}

/** @returns whether it is listed */
async function take(
  folder: HeldFolder,
  name: string,
  way: string[],
  path: RelativePath,
  found: Walked,
  signal: AbortSignal,
): Promise<boolean> {
  const stats = await folder.stat(name);
  const what = speciality(stats);
  if (what !== undefined) throw new RollcallError('usage', `it is ${what}`);
  if (stats.isFile()) {
    const identity = identityOf(stats);
    found.files.push({ way, path, identity });
    found.bytes += identity.size;
  } else {
    await using inner = await folder.enter(name);
    found.folders += 1;
    if (!(await visit(inner, way, found, signal))) found.emptyFolders.push(path);
  }
  return true;
}

const isLimit = (error: unknown): boolean => error instanceof RollcallError && error.code === 'limit';
