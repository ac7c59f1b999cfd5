import { safeText } from '../../../base/safeText.ts';
import { cut, padEnd, widthOf } from './width.ts';

export interface Column {
  head: string;
  /** May be cut to this many columns where the terminal is too narrow for all; the others are never cut. */
  shrinksTo?: number | undefined;
  /** Left out, the highest first, where the terminal is too narrow even for the cut columns. */
  spare?: number | undefined;
  align?: 'right' | undefined;
}

const gap = '  ';

/**
 * Rows of cells as aligned lines, heads first, none wider than `columns` where cutting what may be cut can help. Where
 * several columns may shrink the widest goes first.
 */
export function tableLines(heads: readonly Column[], rows: readonly (readonly string[])[], columns: number): string[] {
  const cells = [heads.map(({ head }) => head), ...rows.map((row) => row.map(safeText))];
  const widths = heads.map((_, at) => cells.reduce((widest, row) => Math.max(widest, widthOf(row[at] ?? '')), 0));
  if (shrink(widths, heads, columns - gap.length * (heads.length - 1)) > 0) {
    const spare = mostSpare(heads);
    const kept = <T>(row: readonly T[]): T[] => row.filter((_, at) => at !== spare);
    if (spare !== undefined) return tableLines(kept(heads), rows.map(kept), columns);
  }
  return cells.map((row) => {
    const line = row.map((text, at) => {
      const width = widths[at] ?? 0;
      const shown = cut(text, width);
      return heads[at]?.align === 'right'
        ? ' '.repeat(Math.max(0, width - widthOf(shown))) + shown
        : padEnd(shown, width);
    });
    return line.join(gap).trimEnd();
  });
}

/** The place of the column to leave out first, if any may be. */
function mostSpare(heads: readonly Column[]): number | undefined {
  const most = Math.max(...heads.map(({ spare = 0 }) => spare));
  return most > 0 ? heads.findIndex(({ spare }) => spare === most) : undefined;
}

/** Makes widths smaller where it may; returns how many columns are still too many. */
function shrink(widths: number[], heads: readonly Column[], columns: number): number {
  let over = widths.reduce((sum, width) => sum + width, 0) - columns;
  while (over > 0) {
    let widest: number | undefined;
    for (const [at, { shrinksTo }] of heads.entries()) {
      const width = widths[at] ?? 0;
      if (shrinksTo === undefined || width <= shrinksTo) continue;
      if (widest === undefined || width > (widths[widest] ?? 0)) widest = at;
    }
    if (widest === undefined) return over;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return 0;
}
