import { isoDate } from '../../base/dates.ts';
import { safeJson, safeText } from '../../base/safeText.ts';
import { maxShownNames } from './limits.ts';
import type { Parameters, Row } from './trail.ts';

/** An operation for a program. What `safeText` would mark is escaped, which changes nothing for a parser. */
export function jsonLine({ received, stamp, user, operation, parameters, outcome, address, dialect }: Row): string {
  const told = {
    received: isoDate(received),
    stamp: stamp ?? null,
    user: user ?? null,
    operation,
    parameters,
    outcome,
    address,
    dialect,
  };
  return safeJson(told);
}

const heads = ['WHEN', 'USER', 'OPERATION', 'OUTCOME', 'FROM', 'DIALECT', 'WHAT'] as const;

/** Operations for a person: aligned lines, heads first where they are wanted. */
export function tableLines(rows: readonly Row[], widths: number[], withHeads: boolean): string[] {
  const cells = rows.map(({ received, user = '-', operation, outcome, address, dialect, parameters }) => {
    const when = isoDate(received).slice(0, 19).replace('T', ' ');
    return [when, user, operation, outcome, address, dialect, words(parameters)].map(safeText);
  });
  const lines = withHeads ? [[...heads], ...cells] : cells;
  for (const line of lines) {
    for (const [at, text] of line.slice(0, -1).entries()) widths[at] = Math.max(widths[at] ?? 0, lengthOf(text));
  }
  return lines.map((line) =>
    line
      .map((text, at) => padded(text, widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const lengthOf = (text: string): number => [...text].length;
const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - lengthOf(text)));

/** `count=5 names=a.txt,b.txt,c.txt,…` */
function words(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? listed(value) : word(value)}`)
    .join(' ');
}

const word = (value: unknown): string =>
  typeof value === 'string' && !/[\s",]/.test(value) ? value : JSON.stringify(value);

const listed = (values: readonly unknown[]): string =>
  [...values.slice(0, maxShownNames).map(word), ...(values.length > maxShownNames ? ['…'] : [])].join(',');
