/** A value at a moment, milliseconds since 1970. */
export interface PlotPoint {
  at: number;
  value: number;
}

export interface PlotFrame {
  width: number;
  height: number;
  /** The moment at the right edge, and how much there is to its left, milliseconds. */
  now: number;
  spanMs: number;
  /** The value at the upper edge. */
  top: number;
}

/** Above this gap between two points, the line has a hole, milliseconds: nothing was told then. */
const holeMs = 5000;

/** The line through these points, oldest first, as the `d` of an SVG path; empty where fewer than two are in the frame. */
export function linePath(points: readonly PlotPoint[], frame: PlotFrame): string {
  return runs(points, frame)
    .map((run) => `M${run.map(({ x, y }) => `${x} ${y}`).join('L')}`)
    .join('');
}

/** The same, closed down to the lower edge. */
export function areaPath(points: readonly PlotPoint[], frame: PlotFrame): string {
  return runs(points, frame)
    .map((run) => {
      const [first, last] = [run[0], run.at(-1)];
      if (first === undefined || last === undefined) return '';
      return `M${first.x} ${frame.height}L${run.map(({ x, y }) => `${x} ${y}`).join('L')}L${last.x} ${frame.height}Z`;
    })
    .join('');
}

type Spot = { x: number; y: number };

function runs(points: readonly PlotPoint[], { width, height, now, spanMs, top }: PlotFrame): Spot[][] {
  const found: Spot[][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const { at, value } of points) {
    if (at < now - spanMs || at > now) continue;
    const x = round(width * (1 - (now - at) / spanMs));
    const y = round(height * (1 - Math.min(1, Math.max(0, value) / top)));
    if (at - before > holeMs) found.push([]);
    found.at(-1)?.push({ x, y });
    before = at;
  }
  return found.filter((run) => run.length > 1);
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The smallest of 1, 2, 5, 10, 20, … times `least` that is not below the highest of these values. */
export function roundTop(highest: number, least: number): number {
  let top = least;
  for (let step = 0; top < highest && step < 60; step += 1) top *= step % 3 === 1 ? 2.5 : 2;
  return top;
}
