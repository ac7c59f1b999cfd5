import type { PieceRun } from '../../base/layout.ts';
import { barCells } from './limits.ts';
import type { PieceBar } from './transfers.ts';

/**
 * Draws the pieces that are here as cells of equal length: 100 where all of a cell is here, 0 where nothing is, and what
 * is between them between. `runs` sorted, apart from one another.
 */
export function barOf(count: number, runs: readonly PieceRun[]): PieceBar {
  // An empty file misses nothing.
  if (count === 0) return { pieces: 0, have: 0, cells: new Array<number>(barCells).fill(100) };
  /** Of each cell, hundredths of a piece that are here: a cell has `count` of them, a piece a hundred. */
  const here = new Array<number>(barCells).fill(0);
  let have = 0;
  for (const run of runs) {
    have += run.count;
    const end = (run.first + run.count) * barCells;
    for (let at = run.first * barCells; at < end; ) {
      const cell = Math.floor(at / count);
      const next = Math.min(end, (cell + 1) * count);
      here[cell] = (here[cell] ?? 0) + next - at;
      at = next;
    }
  }
  return { pieces: count, have, cells: here.map((hundredths) => share(hundredths, count)) };
}

/** A little is never shown as nothing, nor almost all as all. */
function share(part: number, whole: number): number {
  if (part === 0) return 0;
  return Math.max(1, Math.floor((100 * part) / whole));
}
