import { durationMs } from '../../../base/duration.ts';
import { RollcallError } from '../../../base/errors.ts';
import { shortId } from '../../../base/ids.ts';
import { parseSaid } from '../../settings/settings.ts';
import type { Context } from './context.ts';
import { lookMs, maxLookMs, minLookMs } from './limits.ts';
import { paint } from './paint.ts';
import { type Column, tableLines } from './table.ts';
import { columnsOf } from './terminal.ts';
import { countText } from './text.ts';
import { trackerRecord } from './tracker.ts';

export interface DiscoverFlags {
  /** How long to look. */
  for?: string | undefined;
}

const columns: Column[] = [
  { head: 'NAME', shrinksTo: 16 },
  { head: 'HOST' },
  { head: 'PORT', align: 'right' },
  { head: 'KEY', spare: 1 },
];

/** Lists the trackers that are on the network, after the whole time; as a list of nothing, none is no failure. */
export async function discover(context: Context, flags: DiscoverFlags): Promise<void> {
  const { terminal, ending, log } = context;
  const ms = flags.for === undefined ? lookMs : parseSaid('--for', flags.for, lookingMs);
  const found = await (await context.facade()).discover({ ms, early: false, log, signal: ending.signal });
  if (terminal.json) {
    for (const tracker of found) terminal.record(trackerRecord(tracker));
    return;
  }
  if (found.length === 0) {
    return terminal.say(
      'No tracker was found. One on another network, or that does not announce itself, has to be named.',
    );
  }
  const cells = found.map(({ name, host, port, fingerprint }) => [name, host, String(port), shortId(fingerprint)]);
  const [heads = '', ...lines] = tableLines(columns, cells, columnsOf(terminal.stdout));
  terminal.print(heads, paint.bold);
  for (const line of lines) terminal.print(line);
  terminal.say(countText(found.length, 'tracker', 'trackers'), paint.dim);
}

/** @throws RollcallError `usage` */
function lookingMs(text: string): number {
  const ms = durationMs(text, 'time to look');
  if (ms >= minLookMs && ms <= maxLookMs) return ms;
  throw new RollcallError('usage', `"${text}" is no time to look: give ${minLookMs / 1000}s to ${maxLookMs / 1000}s`);
}
