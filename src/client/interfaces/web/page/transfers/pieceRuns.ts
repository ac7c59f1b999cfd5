/** Cells side by side that are equally full, drawn as one. */
export interface PieceRun {
  /** Where it begins and how long it is, in cells. */
  at: number;
  length: number;
  /** 1 to `shades`: how full. */
  shade: number;
}

/** A cell of which some pieces have come is drawn in one of so many shades, the last for a whole one. */
export const shades = 4;

/** The cells that are not empty, 0 to 100 each, as runs of one shade. */
export function pieceRuns(cells: readonly number[]): PieceRun[] {
  const runs: PieceRun[] = [];
  for (const [at, cell] of cells.entries()) {
    const shade = cell >= 100 ? shades : Math.ceil((Math.max(0, cell) / 100) * (shades - 1));
    const last = runs.at(-1);
    if (last !== undefined && last.shade === shade) last.length += 1;
    else runs.push({ at, length: 1, shade });
  }
  return runs.filter(({ shade }) => shade > 0);
}
