import { basename, dirname } from 'node:path';
import type { Saved } from '../../app.ts';
import { maxOwnersShown } from './limits.ts';
import { durationText, rateText, sizeText } from './text.ts';

/** What a person reads once a download is whole: the classic line, and what it took. */
export function savedLines(name: string, saved: Saved, cwd: string): [string, string] {
  const { path, bytes, seconds, from } = saved;
  const folder = dirname(path);
  const rate = seconds > 0 ? `, ${rateText(bytes / seconds)}` : '';
  const where = folder === cwd ? '' : `, in ${folder}`;
  const whom = from.length > 1 ? `, from ${ownersText(from)}` : '';
  return [
    `Resource '${name}' downloaded and saved as '${basename(path)}'`,
    `${sizeText(bytes)} in ${durationText(seconds)}${rate}, verified${whom}${where}`,
  ];
}

function ownersText(owners: readonly string[]): string {
  const shown = owners.slice(0, maxOwnersShown).join(', ');
  return owners.length > maxOwnersShown ? `${shown} and ${owners.length - maxOwnersShown} more` : shown;
}
