import { GiB } from '../src/base/sizes.ts';
import { goodputBench } from './lan/goodput.ts';
import type { BenchRow } from './rows.ts';

/** Four owners of the whole file at 100 Mbit/s each, and a downloader whose cable could carry ten times as much. */
export const ownersBench = (): Promise<BenchRow[]> =>
  goodputBench({
    figure: 'four owners at 100 Mbit/s, 1 GiB',
    owners: ['one', 'two', 'three', 'four'].map((name) => ({ name, mbit: 100 })),
    downloader: { name: 'downloader', mbit: 1000 },
    bytes: GiB,
    rounds: 3,
    iperfSeconds: 10,
    aim: '>= 0.95 of iperf3',
  });
