import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Fingerprint } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { Random } from '../base/random.ts';
import type { Dialect } from '../base/roll.ts';
import { MemoryDirectory } from '../directory/memoryDirectory.ts';
import { loadIdentity } from '../net/identity/identity.ts';
import { createAdmission } from '../net/transport/admission.ts';
import { openPorts } from '../net/transport/ports.ts';
import type { Endpoint, ListenOptions, PacketSocket, Transport } from '../net/transport/transport.ts';
import { openAccounts } from './accounts/accountStore.ts';
import type { Operator } from './brain/operator.ts';
import { createTracker, type Tracker } from './brain/tracker.ts';
import { openDialects } from './classic/dialects.ts';
import { createDialBack } from './dialBack.ts';
import { handshakeMs, maxConnections, maxConnectionsPerAddress } from './limits.ts';
import { createDetector } from './liveness/createDetector.ts';
import { deadlines } from './liveness/deadlines.ts';
import type { LivenessSettings } from './liveness/detector.ts';
import { createHeartbeats, type HeartbeatCounters } from './liveness/heartbeats.ts';
import { createControl } from './native/control.ts';
import { countOperations, type Operations } from './operations.ts';
import { startOplog } from './oplog/startOplog.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { ticketIssuer } from './tickets.ts';
import { startTicks } from './ticks.ts';
import { audited, evictions } from './trail/audited.ts';
import { openTrail } from './trail/openTrail.ts';
import type { Trail } from './trail/trail.ts';

export interface TrackerOptions {
  host: string;
  /** For TCP and UDP alike; 0 asks the system to choose. */
  port: number;
  /** Where the tracker's identity and its accounts are kept; made where it is missing. */
  dataFolder: string;
  liveness: LivenessSettings;
  /** The dialects of older systems that are answered too, and the UDP port of `hello` besides `port`. */
  classic?: { dialects: readonly Dialect[]; helloPort?: number | undefined } | undefined;
  /** Milliseconds that operations are kept in the audit trail; where it is missing, there is none. */
  keepHistoryMs?: number | undefined;
  /** The operations log that is told what the trail has. */
  oplog?: Endpoint | undefined;
  transport: Transport;
  clock: Clock;
  random: Random;
  log: Log;
  /** In place of those in `limits.ts`. */
  limits?: { connections?: number; connectionsPerAddress?: number; sessions?: number } | undefined;
}

/**
 * A tracker that serves until it is disposed of. Then it only closes, and ends no session: clients wait for its return
 * and register again.
 */
export interface RunningTracker extends AsyncDisposable {
  readonly at: Endpoint;
  /** The UDP port of the dialect `hello`, besides the port of `at`. */
  readonly helloAt?: Endpoint | undefined;
  readonly fingerprint: Fingerprint;
  /** For whoever runs it. */
  readonly operator: Operator;
  /** What it does, in numbers. */
  readonly figures: Figures;
  /** Whether it has what a peer needs of it. */
  ready(): Promise<Readiness>;
}

export interface Figures {
  readonly heartbeats: Readonly<HeartbeatCounters>;
  readonly operations: Operations;
  /** Connections over TCP now, whatever is spoken on them. */
  readonly connections: number;
}

/** Sessions' ids begin with so many random bits: with the 32 of the counter they stay below 2^53. */
const bootTagBits = 20;

/** @throws RollcallError where the folder, the database or the port cannot be used */
export async function startTracker(options: TrackerOptions): Promise<RunningTracker> {
  const { dataFolder, transport, clock, random, log, liveness, limits = {} } = options;
  /** Undone from the last to the first. */
  const opened: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (let undo = opened.pop(); undo !== undefined; undo = opened.pop()) await undo();
  };
  try {
    const accounts = openAccounts(dataFolder, clock);
    opened.push(() => accounts[Symbol.dispose]());
    const identity = await loadIdentity(dataFolder);
    const detector = createDetector(liveness);
    let socket: PacketSocket | undefined;
    const heartbeats = createHeartbeats({
      detector,
      now: () => clock.now(),
      send: (datagram, to) => socket?.send(datagram, to),
      onEffects: (effects) => tracker.perform(effects),
    });
    const trail = openedTrail(options);
    opened.push(() => trail?.[Symbol.dispose]());
    const directory = new MemoryDirectory();
    const brain = createTracker({
      accounts,
      directory,
      detector,
      heartbeats,
      dialBack: createDialBack(transport, identity, clock),
      tickets: ticketIssuer(identity, clock),
      liveness,
      clock,
      random,
      log,
      bootTag: Math.floor(random() * 2 ** bootTagBits),
      makeKey: () => randomBytes(32),
      maxSessions: limits.sessions,
      ...(trail && { evicted: evictions(trail, clock) }),
    });
    const counting = countOperations(trail === undefined ? brain : audited(brain, trail, clock, log));
    const tracker: Tracker = counting.tracker;
    if (trail !== undefined && options.oplog !== undefined) {
      const oplog = startOplog({ target: options.oplog, trail, transport, clock, random, log });
      opened.push(() => oplog[Symbol.asyncDispose]());
    }
    const dialects = openDialects({ enabled: options.classic?.dialects ?? [], tracker, transport, clock, log });
    opened.push(() => dialects[Symbol.asyncDispose]());
    const control = createControl({ tracker, clock, log });
    opened.push(() => control[Symbol.dispose]());
    const total = limits.connections ?? maxConnections;
    const perAddress = limits.connectionsPerAddress ?? maxConnectionsPerAddress;
    const admission = createAdmission({ total, perAddress }, log);
    const listenOptions: ListenOptions = {
      identity,
      admit: (remote) => admission.admit(remote),
      departed: (remote) => admission.departed(remote),
      handshakeMs,
      accept: (link) => control.accept(link),
      plain: dialects.plain,
      refused: (remote, error) => log.debug({ address: remote.host, why: error.message }, 'no link'),
    };
    const ports = await openPorts(
      { host: options.host, port: options.port },
      (on) => transport.listen(on, listenOptions),
      (on) =>
        transport.bind(on, (datagram, from) => {
          if (socket !== undefined && dialects.receive(datagram, from, socket)) return;
          heartbeats.receive(datagram, from);
        }),
    );
    opened.push(() => Promise.all([ports.listener[Symbol.asyncDispose](), ports.socket[Symbol.asyncDispose]()]));
    // Before the ports, so that connections which close with them are not taken for departures.
    opened.push(() => dialects[Symbol.asyncDispose]());
    socket = ports.socket;
    let serves = true;
    opened.push(() => {
      serves = false;
    });
    const { helloPort } = options.classic ?? {};
    const helloAt =
      helloPort === undefined
        ? undefined
        : await dialects.bindHello({ host: options.host, port: helloPort }, ports.socket.at);
    const { counters } = heartbeats;
    const ticks = startTicks({
      detector,
      clock,
      stalledMs: deadlines(liveness).stalledMs,
      arrivals: () => {
        const { accepted, badMac, replayed, unknown } = counters;
        return control.arrivals + dialects.arrivals + accepted + badMac + replayed + unknown;
      },
      perform: (effects) => tracker.perform(effects),
      stalled: (lateMs) => log.warn({ lateMs: Math.round(lateMs) }, 'the tracker stood still'),
    });
    opened.push(() => ticks[Symbol.dispose]());
    // First of all, so that nothing is made of the connections that close.
    opened.push(() => tracker[Symbol.dispose]());
    const { at } = ports.listener;
    log.info({ ...at, fingerprint: identity.fingerprint, data: dataFolder }, 'serving');

    return {
      at,
      helloAt,
      fingerprint: identity.fingerprint,
      operator: tracker.operator,
      figures: {
        heartbeats: counters,
        operations: counting.operations,
        get connections() {
          return admission.open;
        },
      },
      ready: createReadiness({ serves: () => serves, accounts, directory, clock, log }),
      async [Symbol.asyncDispose]() {
        await close();
        log.info({}, 'closed');
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function openedTrail({ dataFolder, keepHistoryMs, clock, log }: TrackerOptions): Trail | undefined {
  return keepHistoryMs === undefined ? undefined : openTrail(dataFolder, { keepMs: keepHistoryMs, clock, log });
}
