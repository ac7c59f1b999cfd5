import { dirname } from 'node:path';
import type { Entry } from './entry.ts';
import { maxEndedDownloads } from './limits.ts';
import type { Fetchable } from './source.ts';

/** One of the same content that goes to the same place and is not done: two would be in each other's way. */
export function sameAmong(entries: Iterable<Entry>, wanted: Fetchable): Entry | undefined {
  const { content, name, from, file } = wanted;
  for (const entry of entries) {
    if (entry.state === 'done' || entry.file !== file || entry.content !== content) continue;
    if (content !== null || (entry.name === name && entry.from === from)) return entry;
  }
  return undefined;
}

/**
 * True where another download may go on with what one has left: that is told apart by its content and the folder that it is
 * in, and not by whose it was.
 */
export function isNeededAmong(entries: Iterable<Entry>, { id, content, file }: Entry): boolean {
  for (const other of entries) {
    const open = other.state !== 'done' && other.state !== 'cancelled';
    if (open && other.id !== id && other.content === content && dirname(other.file) === dirname(file)) return true;
  }
  return false;
}

/** Those that have not ended. */
export function openAmong(entries: Iterable<Entry>): number {
  let count = 0;
  for (const { endedAt } of entries) if (endedAt === null) count += 1;
  return count;
}

/** Ended ones beyond those that are kept, the oldest. */
export function beyondKept(entries: Iterable<Entry>): Entry[] {
  const ended = [...entries].filter(({ endedAt }) => endedAt !== null);
  if (ended.length <= maxEndedDownloads) return [];
  ended.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
  const idle = ended.filter(({ run, discarding }) => run === undefined && discarding === undefined);
  return idle.slice(0, ended.length - maxEndedDownloads);
}
