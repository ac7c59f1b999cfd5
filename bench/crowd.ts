import { lanTrouble } from '../test/support/lan.ts';
import { measureCrowd, pointRow } from './lan/measureCrowd.ts';
import { ours } from './lan/ours.ts';
import { unmeasured } from './lan/rounds.ts';
import type { BenchRow } from './rows.ts';

const rounds = 3;
const aims = new Map([
  [8, '<= 1.15'],
  [16, '<= 1.25'],
]);

/** A flash crowd: one seeder, and everybody comes at the same moment; cables of 100 Mbit/s both ways. */
export async function crowdBench(): Promise<BenchRow[]> {
  const trouble = lanTrouble();
  if (trouble !== undefined) return [unmeasured('flash crowd', 'x bound', trouble)];
  const rows: BenchRow[] = [];
  for (const [downloaders, aim] of aims)
    rows.push({ ...pointRow(ours, await measureCrowd(ours, downloaders, rounds)), aim });
  return rows;
}
