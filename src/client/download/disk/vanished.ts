import { RollcallError } from '../../../base/errors.ts';
import { safeText } from '../../../base/safeText.ts';
import { type Disk, systemCode } from './disk.ts';
import type { Temporary } from './temporary.ts';

/**
 * What to tell where a download failed: `unfinished` where its temporary was taken away under it, by somebody who cleaned
 * up, or by another run that brought it to its end while this one was stopped. Any other error is told as it is.
 */
export async function orVanished(disk: Disk, temporary: Temporary | undefined, error: unknown): Promise<unknown> {
  if (temporary === undefined || systemCode(error) !== 'ENOENT') return error;
  const there = await disk.entry(temporary.path).catch(() => undefined);
  // Of a folder any part may be gone; a file that is there is not what was missing.
  if (there?.kind === 'file') return error;
  const what = there === undefined ? 'the temporary' : 'something in the temporary';
  return new RollcallError(
    'unfinished',
    `${what} '${safeText(temporary.path)}' vanished while it was being written: somebody removed it, or another ` +
      'download went on with it. Fetch it again',
    { cause: error },
  );
}
