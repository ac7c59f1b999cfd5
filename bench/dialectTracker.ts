import { randomBytes } from 'node:crypto';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import { dialects } from '../src/base/roll.ts';
import { MemoryDirectory } from '../src/directory/memoryDirectory.ts';
import { loadIdentity } from '../src/net/identity/identity.ts';
import { nodeTransport } from '../src/net/transport/node.ts';
import { openAccounts } from '../src/server/accounts/accountStore.ts';
import { createTracker } from '../src/server/brain/tracker.ts';
import { createClassic } from '../src/server/classic/classic.ts';
import { bindHello, createHello } from '../src/server/classic/hello/hello.ts';
import { createDialBack } from '../src/server/dialBack.ts';
import { createDetector } from '../src/server/liveness/createDetector.ts';
import { defaultLiveness } from '../src/server/liveness/detector.ts';
import { createControl } from '../src/server/native/control.ts';
import { ticketIssuer } from '../src/server/tickets.ts';

/**
 * A tracker in a process of its own that answers its own protocol and all dialects: `dialectTracker.js FOLDER`. Nobody
 * is timed out. Tells its port to the parent, the same for TCP and UDP.
 */
const [, , folder = ''] = process.argv;
const host = '127.0.0.1';
const [clock, log, transport] = [systemClock, silentLog, nodeTransport()];
const identity = await loadIdentity(folder);
const tracker = createTracker({
  accounts: openAccounts(folder, clock),
  directory: new MemoryDirectory(),
  detector: createDetector(defaultLiveness),
  heartbeats: { add() {}, remove() {}, probe() {}, resync() {} },
  dialBack: createDialBack(transport, identity, clock),
  tickets: ticketIssuer(identity, clock),
  liveness: defaultLiveness,
  clock,
  random: Math.random,
  log,
  bootTag: 1,
  makeKey: () => randomBytes(32),
});
const control = createControl({ tracker, clock, log });
const classic = createClassic({ enabled: dialects, tracker, transport, clock, log });
const listener = await transport.listen(
  { host, port: 0 },
  {
    identity,
    handshakeMs: 5000,
    accept: (link) => control.accept(link),
    plain: (stream) => classic.accept(stream),
  },
);
await bindHello(listener.at, createHello({ tracker, clock, log }), transport);
process.on('disconnect', () => process.exit());
process.send?.({ port: listener.at.port });
