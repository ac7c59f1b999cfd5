import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A contender: for each number of downloaders, the last one's time in bounds. */
export interface ChartLine {
  name: string;
  points: [downloaders: number, bounds: number][];
}

/** Drawn in these, in turn: a hue, and a form for who cannot tell hues apart. Each is clear on white and on black. */
const looks = [
  { colour: '#12906f', mark: (x: number, y: number) => `<circle cx="${x}" cy="${y}" r="4.5"/>` },
  { colour: '#d9772b', mark: (x: number, y: number) => `<rect x="${x - 4}" y="${y - 4}" width="8" height="8"/>` },
  { colour: '#c0568a', mark: (x: number, y: number) => `<path d="M${x} ${y - 6}l6 6-6 6-6-6z"/>` },
  { colour: '#7a73d1', mark: (x: number, y: number) => `<path d="M${x} ${y - 5.5}l5 9h-10z"/>` },
];

const [width, height] = [760, 430];
const plot = { left: 64, right: 580, top: 76, bottom: 366 };
const style = `text{font:13px system-ui,sans-serif;fill:#57606a}.title{font-size:17px;font-weight:600;fill:#24292f}
.grid{stroke:#8b949e;stroke-opacity:.28}.bound{stroke:#6e7781;stroke-dasharray:5 4}.end{font-weight:600}
@media(prefers-color-scheme:dark){text{fill:#9da7b1}.title{fill:#e6edf3}.bound{stroke:#9da7b1}}`;

/** Writes the flash crowd as a picture: both axes double at each step, so that steady growth is a straight line. */
export function writeCrowdChart(lines: readonly ChartLine[], path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, crowdChart(lines));
}

/** The picture, as SVG. */
export function crowdChart(lines: readonly ChartLine[]): string {
  const points = lines.flatMap((line) => line.points);
  const numbers = [...new Set(points.map(([downloaders]) => downloaders))].sort((a, b) => a - b);
  const steps = Math.max(1, Math.ceil(Math.log2(Math.max(...points.map(([, bounds]) => bounds))) - 0.15));
  const x = (downloaders: number): number => {
    const share = numbers.length === 1 ? 0.5 : numbers.indexOf(downloaders) / (numbers.length - 1);
    return plot.left + 24 + share * (plot.right - plot.left - 36);
  };
  const y = (bounds: number): number => plot.bottom - 18 - (Math.log2(bounds) / steps) * (plot.bottom - plot.top - 30);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="name">`,
    `<style>${style}</style>`,
    `<text id="name" class="title" x="${plot.left - 44}" y="28">A crowd comes at once: when does the last one have the file?</text>`,
    `<text x="${plot.left - 44}" y="50">Time of the last downloader, as a multiple of what one copy needs on one 100 Mbit/s link</text>`,
  ];
  for (let step = 0; step <= steps; step++) {
    const at = round(y(2 ** step));
    const look = step === 0 ? 'bound' : 'grid';
    parts.push(
      `<line class="${look}" x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}"/>`,
      `<text x="${plot.left - 10}" y="${at + 4.5}" text-anchor="end">${2 ** step}×</text>`,
    );
  }
  for (const downloaders of numbers) {
    parts.push(`<text x="${round(x(downloaders))}" y="${plot.bottom + 20}" text-anchor="middle">${downloaders}</text>`);
  }
  const middle = (plot.left + plot.right) / 2;
  parts.push(`<text x="${middle}" y="${plot.bottom + 44}" text-anchor="middle">downloaders that start together</text>`);
  const ends = lines.map(({ points }) => y(points.at(-1)?.[1] ?? 1));
  const labels = apart([...ends, y(1)]);
  for (const [index, { name, points }] of lines.entries()) {
    const look = looks[index % looks.length];
    if (look === undefined) continue;
    const places = points.map(([downloaders, bounds]) => [round(x(downloaders)), round(y(bounds))] as const);
    const last = points.at(-1)?.[1] ?? 1;
    parts.push(
      `<g fill="${look.colour}">`,
      `<polyline fill="none" stroke="${look.colour}" stroke-width="2.5" points="${places.map(String).join(' ')}"/>`,
      ...places.map(([across, down]) => look.mark(across, down)),
      `<text class="end" style="fill:${look.colour}" x="${plot.right + 12}" y="${labels[index]}">${name} ${last.toFixed(2)}×</text>`,
      '</g>',
    );
  }
  parts.push(`<text x="${plot.right + 12}" y="${labels.at(-1)}">the bound</text>`, '</svg>');
  return `${parts.join('\n')}\n`;
}

/** Where the names of the lines stand: beside their ends, and never one over another. */
function apart(ends: readonly number[]): number[] {
  const lineHeight = 18;
  const placed = ends.map((end, index) => ({ index, at: end + 4.5 })).sort((a, b) => b.at - a.at);
  for (const [order, label] of placed.entries()) {
    const below = placed[order - 1];
    if (below !== undefined) label.at = Math.min(label.at, below.at - lineHeight);
  }
  return placed.sort((a, b) => a.index - b.index).map(({ at }) => round(at));
}

const round = (value: number): number => Math.round(value * 10) / 10;
