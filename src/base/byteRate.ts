import { RollcallError } from './errors.ts';
import { safeText } from './safeText.ts';
import { GiB, KiB, MiB } from './sizes.ts';

const units = new Map([
  ['', 1],
  ['k', KiB],
  ['m', MiB],
  ['g', GiB],
]);

/** Fewest bytes a second: with less, others would take this peer for a dead one. */
const minRate: number = KiB;
/** Most bytes a second: 100 Gbit/s and more is no limit to anybody. */
const maxRate: number = 1024 * GiB;

/** Reads `500k`, `5M`, `1.5G` or a plain number as bytes a second; a k is 1,024. @throws RollcallError `usage` */
export function byteRate(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,3})?)([kmg]?)$/i.exec(text) ?? [];
  const rate = digits === '' ? Number.NaN : Math.round(Number(digits) * (units.get(unit.toLowerCase()) ?? Number.NaN));
  if (rate >= minRate && rate <= maxRate) return rate;
  throw new RollcallError(
    'usage',
    `"${safeText(text).slice(0, 40)}" is no limit in bytes a second: give 1k or more, as in 500k, 5M or 1G`,
  );
}
