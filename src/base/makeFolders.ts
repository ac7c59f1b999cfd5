import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { RollcallError } from './errors.ts';
import { safeText } from './safeText.ts';

/**
 * Makes a folder, and those above it that are missing; `mode` counts for all that are made. Node's own way goes on for
 * ever where the system says of a name in a folder that is there that it cannot be, as Linux does under /proc.
 * @throws RollcallError `usage` that says which one cannot be made, and why
 */
export async function makeFolders(path: string, mode = 0o777): Promise<void> {
  const missing: string[] = [];
  for (let folder = resolve(path); !(await isFolder(folder)); folder = dirname(folder)) {
    missing.unshift(folder);
    if (dirname(folder) === folder) break;
  }
  for (const folder of missing) {
    try {
      await mkdir(folder, { mode });
    } catch (cause) {
      // Somebody else may have been faster.
      if (!(await isFolder(folder))) throw new RollcallError('usage', why(folder, cause), { cause });
    }
  }
}

/** False where that cannot be told, too. */
const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

function why(folder: string, cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const above = `'${safeText(dirname(folder))}'`;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `you may make nothing in ${above}`;
    case 'EROFS':
      return `${above} can only be read`;
    case 'ENOENT':
      return `the system lets nobody make anything in ${above}`;
    case 'EEXIST':
    case 'ENOTDIR':
      return `'${safeText(folder)}' is there, and is no folder`;
    default:
      return safeText(message);
  }
}
