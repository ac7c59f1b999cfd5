import { realpath, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { RollcallError } from '../../base/errors.ts';
import { type ResourceName, resourceName } from '../../base/names.ts';
import { safeText } from '../../base/safeText.ts';
import { maxAudience, maxDescriptionBytes } from '../../net/wire/control.ts';
import { diskError } from './disk/diskErrors.ts';
import type { ShareOptions } from './sharing.ts';

/** Where a path that the user gave leads. Links in it are the user's own word, and are followed once: here. */
export async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw diskError(error, path);
  }
}

/** @throws RollcallError `not-found`, or `usage` for anything but a folder */
export async function realFolder(path: string): Promise<string> {
  const real = await realPath(path);
  if ((await stat(real)).isDirectory()) return real;
  throw new RollcallError('usage', `"${safeText(path)}" is not a folder: share the file itself`);
}

/** The name that a path is shared under: its own last part, unless the user says otherwise. */
export function nameOf(path: string, as: ResourceName | undefined): ResourceName {
  if (as !== undefined) return as;
  try {
    return resourceName(basename(resolve(path)));
  } catch (error) {
    const why = error instanceof RollcallError ? error.message : String(error);
    throw new RollcallError('usage', `${why}; give it another name with --as NAME`, { cause: error });
  }
}

/** @throws RollcallError `usage` */
export function checkTerms({ description = '', to = [] }: ShareOptions): void {
  if (Buffer.byteLength(description) > maxDescriptionBytes) {
    throw new RollcallError('usage', `the description is longer than ${maxDescriptionBytes} bytes: shorten it`);
  }
  if (to.length > maxAudience) {
    throw new RollcallError(
      'usage',
      `more than ${maxAudience} users to share with: share with fewer, or with everybody`,
    );
  }
}
