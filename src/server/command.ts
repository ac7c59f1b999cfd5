import { hostname, networkInterfaces } from 'node:os';
import { isatty } from 'node:tty';
import { systemClock } from '../base/clock.ts';
import { durationMs } from '../base/duration.ts';
import { RollcallError } from '../base/errors.ts';
import { inForeground } from '../base/foreground.ts';
import type { Log } from '../base/log.ts';
import { isLoopback } from '../base/loopback.ts';
import { openLogBook } from '../base/openLogBook.ts';
import type { Dialect } from '../base/roll.ts';
import { safeText } from '../base/safeText.ts';
import { signalled } from '../base/signalled.ts';
import { type Announcing, announce } from '../net/discovery/discovery.ts';
import { nodeTransport } from '../net/transport/node.ts';
import { openConsole } from './console/openConsole.ts';
import { createScreen } from './console/screen.ts';
import { consoleKind } from './console/wanted.ts';
import { greeting, readyLine } from './greeting.ts';
import type { LivenessSettings } from './liveness/detector.ts';
import { logLevel, logPlace, openLog } from './log/logging.ts';
import { oplogTarget } from './oplog/target.ts';
import { type RunningTracker, startTracker } from './server.ts';
import type { TrackerSite, TrackerSiteOptions } from './site/openTrackerSite.ts';
import { withoutNames } from './site/withoutNames.ts';
import { dataFolderOf } from './trail/dataFolder.ts';

/** `rollcall server`, as its flags say it. Durations are written 500ms, 2s, 1m. */
export interface ServerFlags {
  host: string;
  port: number;
  /** Folder of the tracker's identity and accounts; where missing, `tracker` in the user's data folder. */
  data?: string | undefined;
  heartbeat: string;
  suspectAfter: string;
  evictAfter: string;
  /** The dialects of older programs that are served besides; none where it is missing. */
  classic?: Dialect[] | undefined;
  /** UDP port of the dialect `hello`, besides `port`; where missing, 12345. */
  helloPort?: number | undefined;
  /** HOST:PORT of an operations log. */
  oplog?: string | undefined;
  /** How long operations are kept, as 90d. */
  keepHistory: string;
  /** Lets clients find it by multicast DNS, unless it listens on loopback alone, where nobody else could reach it. */
  announce: boolean;
  /** Takes an operator's commands on stdin; where missing, at a terminal alone. */
  console?: boolean | undefined;
  /** TCP port of the tracker's page, its metrics and its health; there are none where it is missing. 0 is any free one. */
  httpPort?: number | undefined;
  /** The address of that; where missing, loopback. */
  httpHost?: string | undefined;
  /** Takes the log as JSON lines too; where missing, `server.log` in the data folder, and nothing with `none`. */
  log?: string | undefined;
  logLevel: string;
  json: boolean;
}

/** Where the programs of the hello dialect look for their tracker. */
const usualHelloPort = 12_345;

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

/**
 * Where the page is to be, if there is to be one.
 * @throws RollcallError `usage` where an address has no port
 */
export function pageOf({
  httpPort,
  httpHost,
}: Pick<ServerFlags, 'httpPort' | 'httpHost'>): { host: string; port: number } | undefined {
  if (httpPort !== undefined) return { host: httpHost ?? '127.0.0.1', port: httpPort };
  if (httpHost === undefined) return undefined;
  throw new RollcallError('usage', `--http-host ${safeText(httpHost)} goes with --http-port: name a port, as 7451`);
}

/** Loaded where it is wanted alone: it takes a while. */
async function openPage(options: Omit<TrackerSiteOptions, 'clock'>): Promise<TrackerSite> {
  const { openTrackerSite } = await import('./site/openTrackerSite.ts');
  return openTrackerSite({ ...options, clock: systemClock });
}

/** Nothing where nobody on the network could reach the tracker, or is to find it. */
async function announced(
  flags: ServerFlags,
  { at, fingerprint }: RunningTracker,
  log: Log,
): Promise<Announcing | undefined> {
  if (!flags.announce || isLoopback(at.host)) return undefined;
  return await announce({ name: hostname(), ...at, fingerprint }, log);
}

function tellOfPage({ at, tokenFile }: TrackerSite, log: Log): void {
  log.info({ ...at, token: tokenFile }, 'serving a page');
  if (tokenFile !== undefined) {
    log.warn({ host: at.host }, 'the page is not encrypted: whoever listens in on the network sees it, and its token');
  }
}

/**
 * Serves until SIGINT, SIGTERM or an operator's `quit`, and returns when it has closed; a second signal ends the process at once.
 * @throws RollcallError where the flags, the folder or the port cannot be used
 */
export async function runServer(flags: ServerFlags): Promise<void> {
  const liveness = livenessOf(flags);
  const wanted = pageOf(flags);
  const book = wanted && openLogBook({ clock: systemClock });
  const colour = process.stderr.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';
  const dataFolder = dataFolderOf(flags.data);
  const terminals = { stdin: isatty(0), stdout: isatty(1) };
  const kind = await consoleKind(flags, { ...terminals, env: process.env, inForeground });
  const screen = kind === 'prompt' ? createScreen(process.stdout) : undefined;
  await using logging = await openLog({
    level: logLevel(flags.logLevel),
    file: logPlace(flags.log, dataFolder),
    people: screen !== undefined && isatty(2) ? screen.lines : process.stderr,
    colour,
    also: book && withoutNames(book.log),
  });
  const { log } = logging;
  const told = signalled();
  await using tracker = await startTracker({
    host: flags.host,
    port: flags.port,
    dataFolder,
    liveness,
    classic: flags.classic && { dialects: flags.classic, helloPort: flags.helloPort ?? usualHelloPort },
    keepHistoryMs: durationMs(flags.keepHistory, '--keep-history'),
    oplog: flags.oplog === undefined ? undefined : oplogTarget(flags.oplog),
    transport: nodeTransport({ log }),
    clock: systemClock,
    random: Math.random,
    log,
  });
  await using site =
    wanted && book && (await openPage({ ...wanted, dataFolder, tracker, liveness, book, lines: logging.lines, log }));
  if (site !== undefined) tellOfPage(site, log);
  if (flags.classic !== undefined) {
    const dialects = flags.classic.join(', ');
    log.warn({ dialects }, 'programs of older systems are answered: unencrypted, and nobody proves who he is');
  }
  await using announcing = await announced(flags, tracker, log);
  const serving = {
    ...tracker.at,
    helloPort: tracker.helloAt?.port,
    fingerprint: tracker.fingerprint,
    data: dataFolder,
    announced: announcing !== undefined && announcing.on().length > 0,
    page: site && { ...site.at, tokenFile: site.tokenFile },
  };
  process.stdout.write(flags.json ? readyLine(serving) : greeting(serving, networkInterfaces()));
  let quit = (): void => {};
  const quitting = new Promise<string>((resolve) => {
    quit = () => resolve('quit');
  });
  using _console =
    kind === 'none' ? undefined : openConsole({ operator: tracker.operator, screen, quit: () => quit(), log });
  log.info({ signal: await Promise.race([told, quitting]) }, 'ending');
}
