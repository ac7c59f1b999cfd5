/** One figure of a bench. */
export interface BenchRow {
  figure: string;
  value: number;
  unit: string;
  /** What it should reach, as a person reads it. */
  aim?: string;
  /** Ours against the rival of the same run: above 1 we are better. */
  ratio?: number;
  note?: string;
}

/** Prints figures as a table. */
export function printRows(rows: readonly BenchRow[]): void {
  const table = rows.map(({ figure, value, unit, aim = '', ratio, note = '' }) => [
    figure,
    rounded(value),
    unit,
    aim,
    ratio === undefined ? '' : `${rounded(ratio)}x`,
    note,
  ]);
  table.unshift(['figure', 'value', 'unit', 'aim', 'ratio', 'note']);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  for (const cells of table) {
    const line = cells.map((cell, column) =>
      column === 1 ? cell.padStart(widths[1] ?? 0) : cell.padEnd(widths[column] ?? 0),
    );
    console.log(line.join('  ').trimEnd());
  }
}

/** Three digits that matter; whole numbers from a thousand on, in groups. */
function rounded(value: number): string {
  if (Number.isNaN(value)) return '-';
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
