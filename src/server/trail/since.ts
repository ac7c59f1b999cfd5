import { parseIsoDate } from '../../base/dates.ts';
import { durationMs } from '../../base/duration.ts';
import { RollcallError } from '../../base/errors.ts';
import { safeText } from '../../base/safeText.ts';

/**
 * The moment that `--since` names, milliseconds since 1970: a date with or without its time, or a span back from now.
 * @throws RollcallError `usage`
 */
export function sinceOf(text: string, wallMs: number): number {
  const moment = parseIsoDate(text) ?? parseIsoDate(`${text}T00:00`);
  if (moment !== undefined) return moment.wallMs;
  if (/^[\d.]+[a-z]+$/.test(text)) return wallMs - durationMs(text, '--since');
  throw new RollcallError(
    'usage',
    `--since "${safeText(text).slice(0, 40)}" is no moment: write 2026-05-01, 2026-05-01T14:03, or 30m, 2h, 7d for so long ago`,
  );
}
