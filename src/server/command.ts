import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { systemClock } from '../base/clock.ts';
import { durationMs } from '../base/duration.ts';
import { RollcallError } from '../base/errors.ts';
import { nodeTransport } from '../net/transport/node.ts';
import { greeting, readyLine } from './greeting.ts';
import type { LivenessSettings } from './liveness/detector.ts';
import { logLevel, openLog } from './log/logging.ts';
import { startTracker } from './server.ts';

/** `rollcall server`, as its flags say it. Durations are written 500ms, 2s, 1m. */
export interface ServerFlags {
  host: string;
  port: number;
  /** Folder of the tracker's identity and accounts; where missing, `tracker` in the user's data folder. */
  data?: string | undefined;
  heartbeat: string;
  suspectAfter: string;
  evictAfter: string;
  /** Takes the log as JSON lines too. */
  log?: string | undefined;
  logLevel: string;
  json: boolean;
}

/** Timers and the wire alike take a heartbeat of 10 ms to a day; nobody needs either. */
const minHeartbeatMs = 50;
const maxEvictAfterMs = 86_400_000;

/** @throws RollcallError `usage` where the three do not go together */
export function livenessOf(flags: Pick<ServerFlags, 'heartbeat' | 'suspectAfter' | 'evictAfter'>): LivenessSettings {
  const heartbeatMs = durationMs(flags.heartbeat, '--heartbeat');
  const suspectAfterMs = durationMs(flags.suspectAfter, '--suspect-after');
  const evictAfterMs = durationMs(flags.evictAfter, '--evict-after');
  if (heartbeatMs < minHeartbeatMs) {
    throw new RollcallError('usage', `--heartbeat ${flags.heartbeat} is too short: use ${minHeartbeatMs}ms or more`);
  }
  if (evictAfterMs > maxEvictAfterMs) {
    throw new RollcallError('usage', `--evict-after ${flags.evictAfter} is too long: use 24h or less`);
  }
  if (heartbeatMs >= suspectAfterMs || suspectAfterMs >= evictAfterMs) {
    throw new RollcallError(
      'usage',
      `--heartbeat ${flags.heartbeat} has to be shorter than --suspect-after ${flags.suspectAfter}, and that shorter than --evict-after ${flags.evictAfter}`,
    );
  }
  return { heartbeatMs, suspectAfterMs, evictAfterMs };
}

const dataFolderOf = (data: string | undefined): string =>
  data === undefined ? join(envPaths('rollcall', { suffix: '' }).data, 'tracker') : resolve(data);

/**
 * Serves until SIGINT or SIGTERM, and returns when it has closed; a second signal ends the process at once.
 * @throws RollcallError where the flags, the folder or the port cannot be used
 */
export async function runServer(flags: ServerFlags): Promise<void> {
  const liveness = livenessOf(flags);
  const colour = process.stderr.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';
  await using logging = await openLog({
    level: logLevel(flags.logLevel),
    file: flags.log,
    people: process.stderr,
    colour,
  });
  const { log } = logging;
  const told = signalled();
  await using tracker = await startTracker({
    host: flags.host,
    port: flags.port,
    dataFolder: dataFolderOf(flags.data),
    liveness,
    transport: nodeTransport({ log }),
    clock: systemClock,
    random: Math.random,
    log,
  });
  const serving = { ...tracker.at, fingerprint: tracker.fingerprint, data: dataFolderOf(flags.data) };
  process.stdout.write(flags.json ? readyLine(serving) : greeting(serving, networkInterfaces()));
  log.info({ signal: await told }, 'ending');
}

/** Ends the process as a shell expects of one that a second signal ended. */
const interruptedStatus = 130;

function signalled(): Promise<string> {
  return new Promise((tell) => {
    let signals = 0;
    const hear = (signal: string): void => {
      signals += 1;
      if (signals > 1) process.exit(interruptedStatus);
      tell(signal);
    };
    process.on('SIGINT', hear);
    process.on('SIGTERM', hear);
  });
}
