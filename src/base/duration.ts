import { RollcallError } from './errors.ts';
import { safeText } from './safeText.ts';

const unitMs = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Reads `500ms`, `2s`, `1.5m`, `1h` or `90d` as milliseconds. @throws RollcallError `usage` naming `what` it is for */
export function durationMs(text: string, what: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text);
  const unit = unitMs.get(match?.[2] ?? '');
  if (match === null || unit === undefined) {
    throw new RollcallError(
      'usage',
      `"${safeText(text).slice(0, 40)}" is no ${what}: write it as 500ms, 2s, 1m, 3h or 90d`,
    );
  }
  return Math.round(Number(match[1]) * unit);
}
