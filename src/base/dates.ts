/** How moments are written: ISO 8601 with milliseconds and zone, and the classic dialects' `dd/mm/yyyy hh:mm:ss`. */

/** Minutes that this machine's clock on the wall is ahead of UTC at that moment. */
export const localOffset = (wallMs: number): number => 0 - Math.round(new Date(wallMs).getTimezoneOffset());

/** `2026-05-01T14:03:00.123+02:00`: a moment, in milliseconds since 1970 UTC, as a zone so many minutes ahead shows it. */
export function isoDate(wallMs: number, offset: number = localOffset(wallMs)): string {
  const shown = new Date(wallMs + offset * 60_000).toISOString().slice(0, -1);
  const minutes = Math.abs(offset);
  return `${shown}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `01/05/2026 14:03:00`: the same, without saying which zone. */
export function classicDate(wallMs: number, offset: number = localOffset(wallMs)): string {
  const shown = new Date(wallMs + offset * 60_000);
  const date = [two(shown.getUTCDate()), two(shown.getUTCMonth() + 1), String(shown.getUTCFullYear()).padStart(4, '0')];
  const time = [shown.getUTCHours(), shown.getUTCMinutes(), shown.getUTCSeconds()].map(two);
  return `${date.join('/')} ${time.join(':')}`;
}

/** A moment, with the zone that its text named, in minutes ahead of UTC; where it named none, this machine's. */
export interface Moment {
  wallMs: number;
  offset: number;
}

/** Reads a classic date as this machine's local time. Nothing where it is none, or of a year before 1970. */
export function parseClassicDate(text: string): Moment | undefined {
  const match = /^(\d{2})\/(\d{2})\/(\d{4}) (\d{2}):(\d{2}):(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [day, month, year, hour, minute, second] = match.slice(1).map(Number);
  return moment([year, month, day, hour, minute, second, 0]);
}

/** Reads an ISO 8601 date with its time. Nothing where it is none, or of a year before 1970. */
export function parseIsoDate(text: string): Moment | undefined {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d{2}):?(\d{2}))?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0));
  const ms = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  return moment([year, month, day, hour, minute, second, ms], namedOffset(text, match));
}

/** Widest zones in use, minutes from UTC: Kiribati is 14 h ahead. */
const maxOffset = 14 * 60;

function namedOffset(text: string, [, , , , , , , , sign, hours, minutes]: RegExpExecArray): number | undefined {
  if (text.endsWith('Z')) return 0;
  if (sign === undefined) return undefined;
  if (Number(minutes) > 59) return Number.NaN;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Year, month from 1, day, hour, minute, second, milliseconds. */
type Shown = (number | undefined)[];

function moment(
  [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0]: Shown,
  offset?: number,
): Moment | undefined {
  const shownMs = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const shown = new Date(shownMs);
  // Date carries a 31st of April over to May, and a 25th hour to the next day.
  const exists = shown.getUTCDate() === day && shown.getUTCMonth() === month - 1 && shown.getUTCHours() === hour;
  if (year < 1970 || !exists || minute > 59 || second > 59) return undefined;
  if (offset === undefined) {
    const wallMs = new Date(year, month - 1, day, hour, minute, second, ms).getTime();
    return { wallMs, offset: localOffset(wallMs) };
  }
  if (!(Math.abs(offset) <= maxOffset)) return undefined;
  return { wallMs: shownMs - offset * 60_000, offset };
}

const two = (count: number): string => String(count).padStart(2, '0');
