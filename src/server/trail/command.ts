import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RollcallError } from '../../base/errors.ts';
import { safeText } from '../../base/safeText.ts';
import type { Database } from '../../sqlite/database.ts';
import { dataFolderOf } from './dataFolder.ts';
import { explain, historyFile, readHistory } from './historyFile.ts';
import { operationOf } from './operationWords.ts';
import { search, type Wanted } from './search.ts';
import { jsonLine, tableLines } from './show.ts';
import { sinceOf } from './since.ts';

/** `rollcall history`, as its flags say it. */
export interface HistoryFlags {
  /** Folder of the tracker whose history it is; where missing, as for `rollcall server`. */
  data?: string | undefined;
  user?: string | undefined;
  since?: string | undefined;
  operation?: string | undefined;
  /** Only so many, the newest. */
  limit?: number | undefined;
  json: boolean;
}

/**
 * Tells who did what and when, from the oldest to the newest; the tracker may be running.
 * @throws RollcallError `usage`, `not-found` where there is no history, `fault` where it is damaged
 */
export async function runHistory(
  flags: HistoryFlags,
  out: NodeJS.WritableStream = process.stdout,
  wallMs: number = Date.now(),
): Promise<void> {
  const wanted = wantedOf(flags, wallMs);
  const folder = dataFolderOf(flags.data);
  const file = historyFile(folder);
  if (!existsSync(file)) {
    throw new RollcallError(
      'not-found',
      `there is no history in ${safeText(folder)}: name the folder of the tracker with --data`,
    );
  }
  using database = readHistory(file);
  try {
    await pipeline(Readable.from(pages(database, wanted, flags.json)), out, { end: false });
  } catch (error) {
    if (!readerIsGone(error)) throw explain(error, file);
  }
}

function wantedOf({ user, since, operation, limit }: HistoryFlags, wallMs: number): Wanted {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new RollcallError('usage', `--limit ${limit} is no number of operations: use 1 or more`);
  }
  return {
    user,
    since: since === undefined ? undefined : sinceOf(since, wallMs),
    operation: operation === undefined ? undefined : operationOf(operation),
    limit,
  };
}

function* pages(database: Database, wanted: Wanted, json: boolean): Generator<string> {
  const widths: number[] = [];
  let isFirst = true;
  for (const page of search(database, wanted)) {
    const lines = json ? page.map(jsonLine) : tableLines(page, widths, isFirst);
    isFirst = false;
    yield `${lines.join('\n')}\n`;
  }
  if (isFirst && !json) yield 'No operation was found.\n';
}

/** As in `rollcall history | head`. */
const readerIsGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE');
