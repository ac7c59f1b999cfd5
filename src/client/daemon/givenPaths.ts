import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { RollcallError } from '../../base/errors.ts';
import { safeText } from '../../base/safeText.ts';

/** Parts what is shared from the start. @throws RollcallError `not-found` */
export async function givenPaths(paths: readonly string[]): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = [];
  const folders: string[] = [];
  for (const path of paths.map((one) => resolve(one))) {
    const found = await stat(path).catch((cause: unknown) => {
      throw new RollcallError('not-found', `there is nothing to share at ${safeText(path)}: give a folder or a file`, {
        cause,
      });
    });
    (found.isDirectory() ? folders : files).push(path);
  }
  return { files, folders };
}
