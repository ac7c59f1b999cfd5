import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, program, run, startTracker } from './processes.ts';
import type { BenchRow } from './rows.ts';

const rounds = 15;

/** How long a person waits for a command, from the start of the process to its end; the file cache is warm. */
export async function commandsBench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  try {
    await using tracker = await startTracker(folder);
    const ls = [program, 'ls', '--server', tracker.address, '--home', join(folder, 'home')];
    await run('node', ls);
    const timed = async (args: string[]): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) times.push((await run('node', args)).seconds * 1000);
      return median(times);
    };
    const bare = await timed(['-e', '0']);
    const version = await timed([program, '--version']);
    const list = await timed(ls);
    return [
      { figure: 'node alone', value: bare, unit: 'ms' },
      { figure: 'rollcall --version', value: version, unit: 'ms', aim: '<= 120', ratio: version / bare },
      { figure: 'rollcall ls', value: list, unit: 'ms', aim: '<= 300', ratio: list / bare },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
