import type { Database } from '../../sqlite/database.ts';
import { maxPrunedRows, roomyPart } from './limits.ts';

export interface PruneOptions {
  /** Milliseconds since 1970: what came before is too old. */
  before: number;
  /** The first row that somebody is still to get; it and those after it stay, where there is room. */
  owed: number;
  maxRows: number;
  maxBytes: number;
}

export interface Pruned {
  /** There is likely more to remove. */
  more: boolean;
  /** Rows that went although somebody was still to get them. */
  unread: number;
}

/** Removes some rows: those that are too old, and the oldest where there are too many. @throws what SQLite throws */
export function prune(database: Database, { before, owed, maxRows, maxBytes }: PruneOptions): Pruned {
  const aged = database.run(
    `delete from operation where row in
       (select row from operation where received < ? and row < ? order by received limit ?)`,
    before,
    Math.min(owed, Number.MAX_SAFE_INTEGER),
    maxPrunedRows,
  );
  const excess = excessOf(database, maxRows, maxBytes);
  if (excess === 0) return { more: aged === maxPrunedRows, unread: 0 };
  const first = Number(database.value('select min(row) from operation'));
  const crowded = database.run('delete from operation where row < ?', first + excess);
  return { more: true, unread: Math.max(0, crowded - Math.max(0, owed - first)) };
}

/** How many of the oldest rows there are too many, `maxPrunedRows` at most. */
function excessOf(database: Database, maxRows: number, maxBytes: number): number {
  // Rows go from the oldest on, so that those between the first and the last are nearly all there.
  const rows = Number(database.value('select max(row) - min(row) + 1 from operation') ?? 0);
  if (rows === 0) return 0;
  const pages = Number(database.value('pragma page_count')) - Number(database.value('pragma freelist_count'));
  const bytes = pages * Number(database.value('pragma page_size'));
  // The last row stays in any case: of a file that is too small, it is what it holds.
  const most = Math.min(maxPrunedRows, rows - 1);
  if (bytes > maxBytes * roomyPart) return most;
  return Math.min(most, Math.max(0, rows - maxRows));
}
