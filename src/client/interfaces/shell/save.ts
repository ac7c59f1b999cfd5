import type { DownloadOptions, Saved, Visitor } from '../../app.ts';
import { type Chosen, isUnverified } from '../../choosing/choose.ts';
import { openProgress } from '../cli/progress.ts';
import { openWaiting } from '../cli/waiting.ts';
import type { Room } from './room.ts';

/** Downloads what was chosen. */
export async function save(
  { terminal, screen, clock, signal }: Room,
  asker: Visitor,
  chosen: Chosen,
  where: Pick<DownloadOptions, 'file' | 'ifExists'>,
): Promise<Saved> {
  using progress = openProgress(terminal, chosen.first.name, clock);
  const onProgress = ({ bytes, size }: { bytes: number; size: number | null }): void => progress.update(bytes, size);
  if (isUnverified(chosen)) return await asker.downloadUnverified(chosen.choice, { ...where, signal, onProgress });
  const onWaiting = openWaiting((_owner, _place, line) => screen.say(line));
  return await asker.download(chosen.choice, chosen.first, { ...where, signal, onProgress, onWaiting });
}
