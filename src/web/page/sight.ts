/** Which rows of a long list are in sight, and the room that the others take. */
export interface Sight {
  /** First row to draw, and the one after the last. */
  first: number;
  end: number;
  /** Room above and below them, pixels. */
  above: number;
  below: number;
}

export interface Scrolled {
  /** Rows in all, and the height of each, pixels. */
  count: number;
  rowHeight: number;
  /** How far it is scrolled and how much of it shows, pixels. */
  top: number;
  height: number;
}

/** Rows drawn beyond each edge, so that a quick turn of the wheel meets no gap. */
const beyond = 10;

export function rowsInSight({ count, rowHeight, top, height }: Scrolled): Sight {
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - beyond, count - 1));
  const end = Math.max(first, Math.min(count, Math.ceil((top + height) / rowHeight) + beyond));
  return { first, end, above: first * rowHeight, below: (count - end) * rowHeight };
}
