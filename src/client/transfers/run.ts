import type { Clock } from '../../base/clock.ts';
import { asRollcallError, type RollcallError } from '../../base/errors.ts';
import type { Entry, Run } from './entry.ts';
import { freshMs } from './limits.ts';
import type { Fetchable, Source } from './source.ts';

/** What one start of a download came to. */
export type Outcome =
  | { end: 'done'; path: string; bytes: number }
  /** Somebody stopped it. */
  | { end: 'stopped' }
  /** The tracker could not be asked who has it. */
  | { end: 'unanswered'; error: RollcallError }
  | { end: 'failed'; error: RollcallError };

/** Looks up who has it, unless that is known, and fetches it. Never rejects. */
export async function runOnce(
  entry: Entry,
  run: Run,
  source: Source,
  clock: Pick<Clock, 'now'>,
  signal: AbortSignal,
): Promise<Outcome> {
  let found: Fetchable;
  try {
    found = await lookUp(entry, source, clock);
  } catch (cause) {
    if (signal.aborted) return { end: 'stopped' };
    const error = asRollcallError(cause);
    return { end: error.code === 'unreachable' ? 'unanswered' : 'failed', error };
  }
  if (signal.aborted) return { end: 'stopped' };
  try {
    const { path, bytes } = await found.fetch({
      ifExists: entry.ifExists,
      onProgress({ bytes, size, resumedBytes }) {
        entry.bytes = bytes;
        entry.size = size ?? entry.size;
        entry.waiting = null;
        entry.moved = true;
        run.fetched = bytes - resumedBytes;
      },
      onWaiting(owner, place) {
        entry.waiting = { owner, place };
        entry.moved = true;
      },
      onView(view) {
        run.view = view;
      },
      signal,
    });
    return { end: 'done', path, bytes };
  } catch (cause) {
    return signal.aborted ? { end: 'stopped' } : { end: 'failed', error: asRollcallError(cause) };
  }
}

async function lookUp(entry: Entry, source: Source, clock: Pick<Clock, 'now'>): Promise<Fetchable> {
  const { found } = entry;
  entry.found = undefined;
  if (found?.by === source && clock.now() - found.at < freshMs) return found.fetchable;
  return await source.locateAgain(entry);
}
