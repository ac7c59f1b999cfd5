import { commandsBench } from './commands.ts';
import { directoryBench } from './directory.ts';
import { heartbeatBench } from './heartbeats.ts';
import { livenessBench } from './liveness.ts';
import { type BenchRow, printRows } from './rows.ts';
import { sessionsBench } from './sessions.ts';
import { transferBench } from './transfer.ts';

const benches: Record<string, () => Promise<BenchRow[]>> = {
  heartbeats: heartbeatBench,
  directory: directoryBench,
  sessions: sessionsBench,
  liveness: livenessBench,
  transfer: transferBench,
  commands: commandsBench,
};

/** `run.js [name…]`: those benches, or all of them. */
const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  printRows(await bench());
}
