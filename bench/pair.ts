import { GiB } from '../src/base/sizes.ts';
import { goodputBench } from './lan/goodput.ts';
import type { BenchRow } from './rows.ts';

/** One owner, one downloader, a link of 1 Gbit/s between them. */
export const pairBench = (): Promise<BenchRow[]> =>
  goodputBench({
    figure: 'one pair, 1 Gbit/s, 2 GiB',
    owners: [{ name: 'owner', mbit: 1000 }],
    downloader: { name: 'downloader', mbit: 1000 },
    bytes: 2 * GiB,
    rounds: 3,
    iperfSeconds: 10,
    aim: '>= 0.97 of iperf3',
  });
