import { DownloadList } from './downloadList.ts';
import type { KeptTransfers, TransfersOptions } from './keptTransfers.ts';
import { readKept } from './readKept.ts';

export type { KeptTransfers, TransfersOptions } from './keptTransfers.ts';

/**
 * Opens the list of downloads, with those of earlier starts: what ran or waited then is paused. On disposal all is paused
 * and written down.
 */
export async function openTransfers(options: TransfersOptions): Promise<KeptTransfers> {
  return new DownloadList(await readKept(options.file, options.log), options);
}
