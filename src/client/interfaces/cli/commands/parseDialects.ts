import { RollcallError } from '../../../../base/errors.ts';
import { type Dialect, dialects } from '../../../../base/roll.ts';

/** Reads `all`, or dialects with commas between them. @throws RollcallError `usage` that names the wrong word */
export function parseDialects(text: string): Dialect[] {
  const words = text.split(',').map((word) => word.trim().toLowerCase());
  if (words.length === 1 && words[0] === 'all') return [...dialects];
  const known = words.map((word) => {
    const dialect = dialects.find((one) => one === word);
    if (dialect !== undefined) return dialect;
    throw new RollcallError('usage', `"${word}" is no dialect of older programs: give ${dialects.join(', ')}, or all`);
  });
  return [...new Set(known)];
}
