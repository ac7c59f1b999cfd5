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

/** Owners first: who only had parts of it has no name, but an address with a colon, which no name has. */
function ownersText(from: readonly string[]): string {
  const owners = [...from.filter((one) => !one.includes(':')), ...from.filter((one) => one.includes(':'))];
  const shown = owners.slice(0, maxOwnersShown).join(', ');
  return owners.length > maxOwnersShown ? `${shown} and ${owners.length - maxOwnersShown} more` : shown;
}
