import { basename, join } from 'node:path';
import { RollcallError } from '../../base/errors.ts';
import { type ResourceName, resourceName } from '../../base/names.ts';
import { safeText } from '../../base/safeText.ts';
import type { Disk } from '../download/disk/disk.ts';
import { numbered } from '../download/disk/names.ts';
import { existsError, publishFile, publishFolder } from '../download/disk/publish.ts';
import { diskError } from '../download/disk/space.ts';
import type { Batch } from './batch.ts';
import type { Share, ShareTerms } from './daemon.ts';

export interface PublishOptions {
  disk: Disk;
  share(path: string, terms: ShareTerms): Promise<Share>;
  pathOf(name: ResourceName): string | undefined;
}

/** Moves each entry of a batch into the share folder, beside what is there and what is shared under its name, and shares it. */
export async function publishBatch(
  batch: Batch,
  terms: Omit<ShareTerms, 'as'>,
  { disk, share, pathOf }: PublishOptions,
): Promise<Share[]> {
  const shares: Share[] = [];
  for (const entry of batch.entries) {
    const path = await moveEntry(batch, resourceName(entry), disk, pathOf);
    shares.push(await share(path, terms));
  }
  return shares;
}

/** @returns where it is now */
async function moveEntry(
  { root, path: folder }: Batch,
  name: ResourceName,
  disk: Disk,
  pathOf: PublishOptions['pathOf'],
): Promise<string> {
  const from = join(folder, name);
  try {
    const kind = (await disk.entry(from))?.kind === 'folder' ? 'folder' : 'file';
    for (const path of numbered(join(root, name), kind)) {
      const shared = pathOf(resourceName(basename(path)));
      if (shared !== undefined && shared !== path) continue;
      try {
        return kind === 'file'
          ? await publishFile(disk, from, path, 'refuse')
          : await publishFolder(disk, from, path, `${from}.old`, 'refuse');
      } catch (error) {
        if (!(error instanceof RollcallError) || error.code !== 'exists') throw error;
      }
    }
    throw existsError(join(root, safeText(name)));
  } catch (error) {
    throw await diskError(disk, root, 0, error);
  }
}
