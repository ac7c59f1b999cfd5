import { existsSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { HoldFolder } from './heldFolder.ts';
import { holdByPath } from './pathFolder.ts';
import { holdByProc } from './procFolder.ts';

/**
 * Linux pins each folder on the way and names the next one relative to it, so that nobody can slip a link in between.
 * Elsewhere Node has no such call: there a file is opened by its path, and what was opened is compared with what the
 * path names before and after. A swap that is undone in time could pass that unseen, if the folder is writable by
 * others; what is served is compared with what was announced all the same.
 */
export const holdFolder: HoldFolder =
  process.platform === 'linux' && existsSync('/proc/self/fd') ? holdByProc : holdByPath;

/**
 * Opens the regular file at a real path, component by component.
 * @throws RollcallError `usage` for anything else; the system's error where the path does not lead there any more
 */
export async function openFile(path: string, hold: HoldFolder = holdFolder): Promise<FileHandle> {
  await using folder = await hold(dirname(path));
  return await folder.open(basename(path));
}
