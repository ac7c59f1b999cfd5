import { dirname } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { type Claimant, thisProcess } from './disk/claimant.ts';
import { type Disk, systemCode } from './disk/disk.ts';
import { parseJournalName } from './disk/names.ts';
import { nodeDisk } from './disk/nodeDisk.ts';
import { diskError, unwritable } from './disk/space.ts';
import { claimTemporary, isHeld, type Shelf } from './disk/temporary.ts';
import type { DownloadRequest } from './request.ts';

export interface DiscardPorts {
  clock: Clock;
  log: Log;
  /** The real one where it is missing. */
  disk?: Disk | undefined;
  /** This process where it is missing. */
  claimant?: Claimant | undefined;
}

/**
 * Removes what downloads of a content that were stopped have left beside `target`; a finished file never, nor what a
 * download that still goes on has. Nothing left is no failure.
 * @throws RollcallError `usage` where the folder cannot be written to
 */
export async function discard(
  { id, kind, size, target }: Pick<DownloadRequest, 'id' | 'kind' | 'size' | 'target'>,
  { clock, log, disk = nodeDisk, claimant = thisProcess }: DiscardPorts,
): Promise<void> {
  const shelf: Shelf = { disk, claimant, folder: dirname(target), clock, log };
  const header = { kind, id, size };
  try {
    for (let left = await claimTemporary(shelf, header); left; left = await claimTemporary(shelf, header)) {
      await left.discard();
    }
    // What may not be renamed is not claimed, as in a folder that became read-only.
    for (const name of await disk.list(shelf.folder)) {
      if (parseJournalName(name, id) !== undefined && !(await isHeld(shelf, name)))
        throw unwritable(shelf.folder, undefined);
    }
  } catch (error) {
    // Who removed the folder has removed what was left in it.
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return;
    throw await diskError(disk, shelf.folder, 0, error);
  }
}
