import { encode } from 'uqr';

/** Modules of light around the code: as many as its readers count on (ISO/IEC 18004, section 6.3.8). */
const quietModules = 4;

/**
 * A QR code, a row an array, true for a dark module; the quiet zone is in it, unless another `border` is asked for. As small
 * as the text allows, and then with as much correction as fits, since small is what a camera reads from afar.
 */
export const qrModules = (text: string, border: number = quietModules): boolean[][] =>
  encode(text, { ecc: 'L', boostEcc: true, border }).data;

/** Both modules of a cell dark, the upper, the lower, none: as ink draws what is light. */
const cells = { both: ' ', upper: '▄', lower: '▀', none: '█' } as const;

/**
 * The same as lines of text, two modules a character, one above the other. Drawn in what is light, for terminals that are
 * dark.
 */
export function qrLines(text: string): string[] {
  const modules = qrModules(text);
  const lines: string[] = [];
  for (let row = 0; row < modules.length; row += 2) {
    const lower = modules[row + 1] ?? [];
    const upper = modules[row] ?? [];
    lines.push(upper.map((dark, column) => cellOf(dark, lower[column] ?? false)).join(''));
  }
  return lines;
}

const cellOf = (upper: boolean, lower: boolean): string =>
  upper ? (lower ? cells.both : cells.upper) : lower ? cells.lower : cells.none;

const inverted: Readonly<Record<string, string>> = { ' ': '█', '▄': '▀', '▀': '▄', '█': ' ' };

/** The same drawn in what is dark, for who can say which colours ink and ground have. */
export const invertedQr = (line: string): string => Array.from(line, (cell) => inverted[cell] ?? cell).join('');
