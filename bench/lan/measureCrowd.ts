import { MiB } from '../../src/base/sizes.ts';
import { median } from '../processes.ts';
import type { BenchRow } from '../rows.ts';
import { crowdMbit, type Rival } from './crowd.ts';
import { percent, worst } from './rounds.ts';

/** A round may take so many times what one link and a queue of all downloaders would need. */
const patience = 3;

/** How the last of a crowd fared. */
export interface Point {
  downloaders: number;
  bytes: number;
  /** The time of the last downloader in each round, in times that the file's bits need over one link. */
  times: number[];
  /** The processors' least idle share, 0 to 1: near 0 the figure is theirs, and not the LAN's. */
  idle: number;
}

/** @throws where a round fails */
export async function measureCrowd(rival: Rival, downloaders: number, rounds: number): Promise<Point> {
  const bytes = rival.bytes(downloaders);
  const bound = (bytes * 8) / (crowdMbit * 1e6);
  const times: number[] = [];
  const idle: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const taken = await rival.round(downloaders, bytes, bound * patience * (downloaders + 1));
    times.push(worst(taken.seconds) / bound);
    idle.push(taken.idle);
  }
  return { downloaders, bytes, times, idle: Math.min(...idle) };
}

/** Headers of Ethernet, IP and TCP alone make 1.05 of the bound. */
export const pointRow = ({ name }: Rival, { downloaders, bytes, times, idle }: Point): BenchRow => ({
  figure: `${name}, flash crowd, the last of ${downloaders}`,
  value: median(times),
  unit: 'x bound',
  note: `${bytes / MiB} MiB; worst ${worst(times).toFixed(2)}; processors ${percent(idle)} idle`,
});
