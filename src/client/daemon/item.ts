import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { RollcallError } from '../../base/errors.ts';
import { type ResourceName, resourceName } from '../../base/names.ts';
import { safeText } from '../../base/safeText.ts';
import type { Share } from './daemon.ts';

/** `kept`: over starts. `given`: for this run. `entry`: of a folder, as long as it is there. */
export type Origin = 'kept' | 'given' | 'entry';

export interface Item {
  share: Share;
  origin: Origin;
  /** Ends the sharing of it that is under way. */
  run: AbortController | undefined;
}

/** Before anything is known of it. */
export const nothingYet: Pick<Share, 'state' | 'kind' | 'id' | 'size' | 'hashing' | 'error'> = {
  state: 'waiting',
  kind: null,
  id: null,
  size: null,
  hashing: null,
  error: null,
};

/** @throws RollcallError `not-found`, `usage` for what is neither a file nor a folder */
export async function kindOf(path: string): Promise<NonNullable<Share['kind']>> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new RollcallError('not-found', `there is nothing at ${safeText(path)} that could be shared`, { cause });
  });
  if (found.isDirectory()) return 'folder';
  if (found.isFile()) return 'file';
  throw new RollcallError('usage', `${safeText(path)} is neither a file nor a folder: it cannot be shared`);
}

/** A path's own last part. @throws RollcallError `usage` where that cannot be announced */
export function nameOf(path: string): ResourceName {
  try {
    return resourceName(basename(path));
  } catch (cause) {
    const why = cause instanceof RollcallError ? cause.message : String(cause);
    throw new RollcallError('usage', `${why}. Give it another name`, { cause });
  }
}
