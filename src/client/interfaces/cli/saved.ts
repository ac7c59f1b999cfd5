import { basename, dirname } from 'node:path';
import { sizeText } from '../../../base/sizeText.ts';
import type { Saved, SavedUnverified } from '../../app.ts';
import { maxOwnersShown } from './limits.ts';
import { countText, durationText, rateText } from './text.ts';

/** What is over sooner, seconds, and smaller, bytes, has no rate worth telling: it says how long connecting takes. */
const ratedSeconds = 1;
const ratedBytes = 1_000_000;
/** Below it, seconds, no time is told either. */
const shortestTold = 0.05;

/** False for somebody without a name, who is told by his address: its colon is in no user's name. */
export const isUser = (source: string): boolean => !source.includes(':');

/** What a person reads once a download is whole: the classic line, and what it took. */
export function savedLines(name: string, saved: Saved, cwd: string): string[] {
  const { path, bytes, seconds, from } = saved;
  const folder = dirname(path);
  const rate = isRated(bytes, seconds) ? `, ${rateText(bytes / seconds)}` : '';
  const where = folder === cwd ? '' : `, in ${folder}`;
  const whom = from.length > 1 ? `, from ${sourcesText(from)}` : '';
  return [
    `Resource '${name}' downloaded and saved as '${basename(path)}'`,
    `${sizeText(bytes)} in ${durationText(seconds)}${rate}, ${saved.id === null ? 'unverified' : 'verified'}${whom}${where}`,
    ...(saved.id === null ? [unverifiedText(saved)] : []),
  ];
}

function unverifiedText({ lengthTold, from }: SavedUnverified): string {
  const why = `Unverified: the program of ${from.join(', ')} says nothing that a file could be checked by`;
  return lengthTold
    ? `${why}, only how long it is.`
    : `${why}, not even how long it is: an early end cannot be noticed.`;
}

const isRated = (bytes: number, seconds: number): boolean =>
  bytes > 0 && seconds >= (bytes < ratedBytes ? ratedSeconds : shortestTold);

/**
 * What a program reads. `from` has users alone, most bytes first, and one at least: `asked`, whose content it is, where
 * no byte came from a user, since it was on disk already or came from others who were fetching it.
 */
export function savedRecord({ path, bytes, id, from, seconds }: Saved, asked: string): object {
  const users = from.filter(isUser);
  const rounded = Math.round(seconds * 1000) / 1000;
  const unverified = id === null ? { verified: false } : {};
  return { event: 'saved', path, bytes, id, ...unverified, from: users.length > 0 ? users : [asked], seconds: rounded };
}

/** `Bob, Sally and 3 more downloaders`: who only had parts of it has no name. */
function sourcesText(from: readonly string[]): string {
  const users = from.filter(isUser);
  const unnamed = from.length - users.length;
  const named = users.slice(0, maxOwnersShown);
  const unshown = users.length - named.length;
  if (unshown > 0) named.push(`${unshown} more`);
  if (unnamed > 0) named.push(countText(unnamed, 'other downloader', 'other downloaders'));
  const last = named.pop() ?? '';
  return named.length === 0 ? last : `${named.join(', ')} and ${last}`;
}
