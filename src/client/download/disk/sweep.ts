import { join } from 'node:path';
import { peek } from '../journal/journal.ts';
import { sweepAfterMs } from '../limits.ts';
import { systemCode } from './disk.ts';
import { journalName, parseJournalName } from './names.ts';
import { isHeld, removeBoth, type Shelf } from './temporary.ts';

/**
 * Removes what downloads left in this folder and nobody came back for. Only what a journal of ours speaks of is touched.
 * Never fails: what cannot be swept stays.
 */
export async function sweep(shelf: Shelf): Promise<void> {
  const { disk, folder, log } = shelf;
  for (const name of await disk.list(folder)) {
    if (parseJournalName(name) === undefined) continue;
    try {
      await sweepOne(shelf, name);
    } catch (error) {
      log.debug({ journal: join(folder, name), code: systemCode(error) }, 'an old temporary could not be swept');
    }
  }
}

async function sweepOne(shelf: Shelf, name: string): Promise<void> {
  const { disk, folder, claimant, clock, log } = shelf;
  const stem = parseJournalName(name)?.stem ?? '';
  const entry = await disk.entry(join(folder, name));
  if (entry?.kind !== 'file' || !entry.ours || clock.wall() - entry.modifiedMs < sweepAfterMs) return;
  if (await isHeld(shelf, name)) return;
  const journal = await peek(disk, join(folder, name));
  if (journal === undefined) return;
  const claimed = join(folder, journalName(stem, claimant.run));
  await disk.rename(join(folder, name), claimed);
  await removeBoth(disk, folder, stem, claimed, journal);
  log.info({ temporary: join(folder, stem) }, 'an old temporary was swept');
}
