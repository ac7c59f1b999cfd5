import { readKept } from '../../base/readKept.ts';
import { DownloadList } from './downloadList.ts';
import { parseList } from './kept.ts';
import type { KeptTransfers, TransfersOptions } from './keptTransfers.ts';
import { maxListBytes } from './limits.ts';

export type { KeptTransfers, TransfersOptions } from './keptTransfers.ts';

/**
 * Opens the list of downloads, with those of earlier starts: what ran or waited then is paused. On disposal all is paused
 * and written down.
 */
export async function openTransfers(options: TransfersOptions): Promise<KeptTransfers> {
  const { file, log } = options;
  const kept = await readKept({ file, of: 'downloads', maxBytes: maxListBytes, parse: parseList, log });
  return new DownloadList(kept, options);
}
