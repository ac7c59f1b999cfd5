import { resolve } from 'node:path';
import { maxNameBytes } from '../base/names.ts';

/** Room that a name leaves for ` (2)` and for what a download adds to a temporary name, bytes. */
const spareBytes = 15;
const maxPrefixBytes = 120;
const maxExtensionBytes = 20;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** The longest beginning of `text` that fits into `limit` bytes of UTF-8, cut between characters. */
function cut(text: string, limit: number): string {
  let used = 0;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += bytes(segment);
    if (used > limit) break;
    kept += segment;
  }
  return kept;
}

/**
 * `downloaded_<owner>_<name>`, cut where it would be longer than a file name may be; the extension stays. On Windows
 * the characters that it refuses in a name become `_`.
 */
export function savedName(owner: string, name: string, platform: NodeJS.Platform = process.platform): string {
  const prefix = cut(`downloaded_${owner}`, maxPrefixBytes);
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && bytes(name.slice(dot)) <= maxExtensionBytes ? name.slice(dot) : '';
  const stem = name.slice(0, name.length - extension.length);
  const room = maxNameBytes - spareBytes - bytes(`${prefix}_${extension}`);
  const saved = `${prefix}_${cut(stem, room)}${extension}`;
  return platform === 'win32' ? saved.replace(/[<>"|?*]/g, '_') : saved;
}

/** What a download makes in the downloads folder where nobody named another file. */
export const usualTarget = (downloads: string, { user, name }: { user: string; name: string }): string =>
  resolve(downloads, savedName(user, name));
