import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import { nodeTransport } from '../src/net/transport/node.ts';
import { defaultLiveness } from '../src/server/liveness/detector.ts';
import { startTracker } from '../src/server/server.ts';

/**
 * A tracker in a process of its own: `sessionTracker.js FOLDER CONNECTIONS`. Tells its port to the parent, and whenever
 * the parent asks its memory (after a collection, where the collector is exposed), its processor time and who has left.
 */
const [, , dataFolder = '', connections = '0'] = process.argv;
let left = 0;
const tracker = await startTracker({
  host: '127.0.0.1',
  port: 0,
  dataFolder,
  liveness: defaultLiveness,
  transport: nodeTransport(),
  clock: systemClock,
  random: Math.random,
  log: {
    ...silentLog,
    info: (_, message) => {
      if (message === 'left') left += 1;
    },
  },
  limits: { connections: Number(connections), connectionsPerAddress: Number(connections) },
});
process.on('message', () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send?.({ rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1000, left });
});
process.on('disconnect', () => process.exit());
process.send?.({ port: tracker.at.port });
