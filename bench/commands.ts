import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, program, run, start } from './processes.ts';
import type { BenchRow } from './rows.ts';

const rounds = 15;

/** How long a person waits for a command, from the start of the process to its end; the file cache is warm. */
export async function commandsBench(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  try {
    await using tracker = start('node', [
      program,
      'server',
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--data',
      join(folder, 'tracker'),
      '--json',
    ]);
    const at = await tracker.event('ready');
    const ls = [program, 'ls', '--server', `127.0.0.1:${at['port']}`, '--home', join(folder, 'home')];
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
