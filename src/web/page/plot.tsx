import type { VNode } from 'preact';
import { areaPath, linePath, type PlotPoint, roundTop } from './plotPath.ts';

export type { PlotPoint };

export interface PlotSeries {
  label: string;
  /** Oldest first. */
  points: readonly PlotPoint[];
}

export interface PlotProps {
  /** What it shows, for whoever does not see it. */
  title: string;
  /** Up to three, each in a colour of its own. */
  series: readonly PlotSeries[];
  /** How a value reads. */
  text(value: number): string;
  /** The value that the upper edge is at least. */
  least: number;
  /** Moment at the right edge, milliseconds since 1970. */
  now: number;
  spanMs?: number;
  /** How the left edge is called: `5 min ago`. */
  from?: string;
  height?: number;
}

const width = 800;
const tones = ['first', 'second', 'third'] as const;

/** Lines over the last minutes, with their latest values beside their names. */
export function Plot(props: PlotProps): VNode {
  const { title, series, text, least, now, spanMs = 300_000, from = '5 min ago', height = 140 } = props;
  const seen = series.map(({ points }) => points.filter(({ at }) => at >= now - spanMs));
  const top = roundTop(Math.max(0, ...seen.flatMap((points) => points.map(({ value }) => value))), least);
  const frame = { width, height, now, spanMs, top };
  return (
    <figure class="figure">
      <figcaption class="row small">
        <span class="label grow">{title}</span>
        {series.map(({ label, points }, index) => (
          <span key={label} class="row">
            <span class={`key ${tones[index] ?? 'third'}`} />
            {label} {text(points.at(-1)?.value ?? 0)}
          </span>
        ))}
      </figcaption>
      <div class="plotted">
        <svg class="plot" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {[0, 0.5, 1].map((part) => (
            <line key={part} class="rule" x1="0" x2={width} y1={height * part} y2={height * part} />
          ))}
          {seen.map((points, index) => (
            <g key={series[index]?.label} class={tones[index] ?? 'third'}>
              <path class="area" d={areaPath(points, frame)} fill="currentColor" />
              <path class="line" d={linePath(points, frame)} stroke="currentColor" />
            </g>
          ))}
        </svg>
        <span class="top small soft" aria-hidden="true">
          {text(top)}
        </span>
      </div>
      <div class="row small soft" aria-hidden="true">
        <span class="grow">{from}</span>
        <span>now</span>
      </div>
    </figure>
  );
}
