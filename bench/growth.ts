import { join } from 'node:path';
import { lanTrouble } from '../test/support/lan.ts';
import { type ChartLine, writeCrowdChart } from './lan/chart.ts';
import { measureCrowd, pointRow } from './lan/measureCrowd.ts';
import { http } from './lan/nginx.ts';
import { ours } from './lan/ours.ts';
import { unmeasured } from './lan/rounds.ts';
import { torrent } from './lan/torrent.ts';
import { median } from './processes.ts';
import type { BenchRow } from './rows.ts';

const rivals = [ours, torrent('libtorrent', 'shipped'), http];
/** One each: the whole takes minutes, and `crowd` repeats what counts most. */
const rounds = 1;
const sizes = [1, 2, 4, 8, 16];
const chart = 'docs/flash-crowd.svg';

/** How the flash crowd's time grows with its number, beside libtorrent and HTTP; drawn where all of them were there. */
export async function growthBench(): Promise<BenchRow[]> {
  const trouble = lanTrouble();
  if (trouble !== undefined) return [unmeasured('flash crowd', 'x bound', trouble)];
  const rows: BenchRow[] = [];
  const lines: ChartLine[] = [];
  for (const rival of rivals) {
    const missing = await rival.trouble();
    if (missing !== undefined) {
      rows.push(unmeasured(`${rival.name}, flash crowd`, 'x bound', missing));
      continue;
    }
    const points = [];
    for (const downloaders of sizes) points.push(await measureCrowd(rival, downloaders, rounds));
    rows.push(...points.map((point) => pointRow(rival, point)));
    lines.push({ name: rival.name, points: points.map(({ downloaders, times }) => [downloaders, median(times)]) });
  }
  if (lines.length === rivals.length) writeCrowdChart(lines, join(process.cwd(), chart));
  return rows;
}
