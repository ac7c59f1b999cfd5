/** What a person reads of sizes, rates, spans and moments. Sizes are said as the command line says them. */

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `18 B`, `600 kB`, `3.46 GB`: three digits, a kB is 1,000 bytes; a dash where nobody knows. */
export function sizeText(bytes: number | null): string {
  if (bytes === null) return '–';
  if (bytes < 1) return '0 B';
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const shown = Number((bytes / 1000 ** power).toPrecision(3));
  // 999,999 bytes are 1 MB, not 1000 kB.
  if (shown >= 1000 && power < units.length - 1) return `1 ${units[power + 1]}`;
  return `${shown} ${units[power]}`;
}

/** `4.1 MB/s`. */
export const rateText = (bytesASecond: number): string => `${sizeText(Math.round(bytesASecond))}/s`;

/** `12 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`: the two largest parts of so many seconds. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return parts(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86_400) return parts(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
  return parts(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3600), 'h');
}

const parts = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;

const two = (count: number): string => String(count).padStart(2, '0');

/** `14:03:09`, of a moment in milliseconds since 1970, in the reader's zone. */
export function clockText(at: number): string {
  const moment = new Date(at);
  return [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join(':');
}

/** `2026-05-01 14:03`. */
export function momentText(at: number): string {
  const moment = new Date(at);
  const date = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join('-');
  return `${date} ${clockText(at).slice(0, 5)}`;
}

/** `1 owner`, `10,000 owners`. */
export const countText = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** The beginning of a content id or a fingerprint, long enough to tell two apart by eye. */
export const shortId = (id: string): string => id.slice(0, 8);
