import { performance } from 'node:perf_hooks';
import { nodeTransport } from '../src/net/transport/node.ts';
import { createDetector } from '../src/server/liveness/createDetector.ts';
import { defaultLiveness, tickMs } from '../src/server/liveness/detector.ts';
import { createHeartbeats } from '../src/server/liveness/heartbeats.ts';
import { benchKey, benchSession } from './heartbeatSessions.ts';

/**
 * The tracker's heartbeat listener and its detector in a process of their own: `heartbeatListener.js SESSIONS`. Tells
 * its port to the parent, and how many heartbeats it accepted whenever the parent asks.
 */
const detector = createDetector(defaultLiveness);
const now = (): number => performance.now();
const heartbeats = createHeartbeats({
  detector,
  now,
  send: (datagram, to) => socket.send(datagram, to),
  onEffects() {},
});
for (let index = 0; index < Number(process.argv[2]); index++) {
  heartbeats.add(benchSession(index), benchKey(index));
  detector.join(benchSession(index), 1, now());
}
const socket = await nodeTransport().bind({ host: '127.0.0.1', port: 0 }, heartbeats.receive);
setInterval(() => detector.tick(now(), 0), tickMs);
process.on('message', () => process.send?.({ accepted: heartbeats.counters.accepted }));
process.on('disconnect', () => process.exit());
process.send?.({ port: socket.at.port });
