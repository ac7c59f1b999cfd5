import { commandsBench } from './commands.ts';
import { crowdBench } from './crowd.ts';
import { dialectsBench } from './dialects.ts';
import { directoryBench } from './directory.ts';
import { growthBench } from './growth.ts';
import { heartbeatBench } from './heartbeats.ts';
import { livenessBench } from './liveness.ts';
import { metricsBench } from './metrics.ts';
import { oplogBench } from './oplog.ts';
import { ownersBench } from './owners.ts';
import { pageBench } from './page.ts';
import { pairBench } from './pair.ts';
import { type BenchRow, printRows } from './rows.ts';
import { sessionsBench } from './sessions.ts';
import { smallBench } from './small.ts';
import { survivalBench } from './survival.ts';
import { trailBench } from './trail.ts';
import { transferBench } from './transfer.ts';

const benches: Record<string, () => Promise<BenchRow[]>> = {
  heartbeats: heartbeatBench,
  directory: directoryBench,
  sessions: sessionsBench,
  liveness: livenessBench,
  transfer: transferBench,
  small: smallBench,
  commands: commandsBench,
  pair: pairBench,
  owners: ownersBench,
  crowd: crowdBench,
  growth: growthBench,
  survival: survivalBench,
  oplog: oplogBench,
  trail: trailBench,
  dialects: dialectsBench,
  metrics: metricsBench,
  page: pageBench,
};

process.once('SIGINT', () => process.exit(130));

/** `run.js [name…]`: those benches, or all of them. */
const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  printRows(await bench());
}
