import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RollcallError } from '../../../../base/errors.ts';
import { safeText } from '../../../../base/safeText.ts';
import type { FolderBody } from './bodies.ts';
import { maxFolderEntries, statsAtOnce } from './limits.ts';

type Entry = FolderBody['entries'][number];

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/**
 * Files and folders that are in a folder: folders first, by name; what is hidden, or neither, is left out. Links are what
 * they lead to.
 * @throws RollcallError `not-found`, `refused`, `usage` where it is no folder
 */
export async function lookInto(path: string): Promise<Pick<FolderBody, 'entries' | 'cut'>> {
  const { found, cut } = await list(path);
  const entries: Entry[] = [];
  for (let at = 0; at < found.length; at += statsAtOnce) {
    const some = found.slice(at, at + statsAtOnce);
    const looked = await Promise.all(some.map(({ name }) => lookAt(path, name)));
    entries.push(...looked.filter((entry) => entry !== undefined));
  }
  entries.sort((a, b) => (a.kind === b.kind ? byName.compare(a.name, b.name) : a.kind === 'folder' ? -1 : 1));
  return { entries, cut };
}

const isShown = (entry: Dirent): boolean =>
  !entry.name.startsWith('.') && (entry.isFile() || entry.isDirectory() || entry.isSymbolicLink());

async function list(path: string): Promise<{ found: Dirent[]; cut: boolean }> {
  const found: Dirent[] = [];
  try {
    for await (const entry of await opendir(path)) {
      if (!isShown(entry)) continue;
      if (found.length === maxFolderEntries) return { found, cut: true };
      found.push(entry);
    }
  } catch (cause) {
    throw whyNot(path, cause);
  }
  return { found, cut: false };
}

/** Nothing of what went away meanwhile, or is neither file nor folder. */
async function lookAt(folder: string, name: string): Promise<Entry | undefined> {
  const path = join(folder, name);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  const modified = Math.round(found.mtimeMs);
  if (found.isDirectory()) return { name, path, kind: 'folder', size: null, modified };
  if (found.isFile()) return { name, path, kind: 'file', size: found.size, modified };
  return undefined;
}

function whyNot(path: string, cause: unknown): RollcallError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const shown = safeText(path);
  switch (code) {
    case 'ENOENT':
      return new RollcallError('not-found', `there is no folder ${shown}`, { cause });
    case 'ENOTDIR':
      return new RollcallError('usage', `${shown} is no folder`, { cause });
    case 'EACCES':
    case 'EPERM':
      return new RollcallError('refused', `you may not look into ${shown}`, { cause });
    default:
      return new RollcallError('refused', `cannot look into ${shown}: ${safeText(message)}`, { cause });
  }
}
