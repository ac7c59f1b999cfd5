import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { RollcallError } from '../../../../base/errors.ts';
import { type Dialect, dialects } from '../../../../base/roll.ts';
import { listeningPort, trackerPort } from '../../../addresses.ts';
import { discoveryOf } from '../../../settings/loadSettings.ts';
import { parseSaid, type SettingFlags } from '../../../settings/settings.ts';
import type { ClockFlags, Environment, HistoryFlags, OplogFlags, ServerFlags } from '../environment.ts';
import { example } from '../help.ts';
import type { GlobalFlags, Performer } from '../performer.ts';
import { parseDialects } from './parseDialects.ts';

/** Commands that are no client's: each runs in a room of its own, with settings and an end of its own. */

type Serve = Performer['serve'];
type Flags<Own> = Own & GlobalFlags & SettingFlags;

const clockPort = 7452;

const classicOfServer = (): Option =>
  new Option('--classic [list]', `also serve older programs: all, or some of ${dialects.join(',')}`)
    .preset('all')
    .argParser((text): Dialect[] => parseSaid('--classic', text, parseDialects));

const readPort =
  (flag: string) =>
  (text: string): number =>
    parseSaid(flag, text, (port) => listeningPort(port, 1));

const readCount =
  (flag: string) =>
  (text: string): number => {
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
    throw new RollcallError('usage', `${flag}: "${text}" is no count: give a whole number from 1`);
  };

/** Where a tracker keeps its own where no folder was named for it: in the home folder, if one was. */
function trackerData({ home }: SettingFlags, { env, cwd }: Environment): string | undefined {
  const said = home || env['ROLLCALL_HOME'];
  return said ? resolve(cwd, said, 'tracker') : undefined;
}

export function addServer(program: Command, environment: Environment, serve: Serve): void {
  program
    .command('server')
    .description('run the tracker')
    .option('--host <address>', 'the address to listen on', '0.0.0.0')
    .option('--port <number>', 'TCP and UDP port; 0 lets the system choose', readPort('--port'), trackerPort)
    .option('--data <dir>', 'folder of its key, its accounts and its history; else "tracker" in the home folder')
    .option('--heartbeat <duration>', 'how often each peer says that it is here', '2s')
    .option('--suspect-after <duration>', 'silence after which a peer is listed as suspect', '6s')
    .option('--evict-after <duration>', 'silence after which a peer is off the roll', '12s')
    .addOption(classicOfServer())
    .option('--hello-port <number>', 'UDP port of the hello dialect besides; else 12345', readPort('--hello-port'))
    .option('--oplog <host:port>', 'send each operation to this operations log')
    .option('--keep-history <duration>', 'how long operations are kept on disk', '90d')
    .option('--no-announce', 'do not let clients find it by multicast DNS [$ROLLCALL_DISCOVERY=false]')
    .option('--console', "take an operator's commands on stdin; at a terminal it does so anyway")
    .option(
      '--http-port <number>',
      'serve a page, metrics and health on this port; 0 is any free one',
      readPort('--http-port'),
    )
    .option('--http-host <address>', 'the address of that page; else 127.0.0.1. On others it wants a token')
    .option('--log <file>', 'file of the log as JSON lines, or "none"; else server.log in the folder of --data')
    .option('--log-level <level>', 'how much to log: debug, info, warn or error', 'info')
    .addHelpText('after', example('rollcall server --port 7450 --log tracker.log'))
    .action(async (_own: object, command: Command) => {
      const flags = command.optsWithGlobals<Flags<ServerFlags>>();
      const data = flags.data ?? trackerData(flags, environment);
      const announce = flags.announce && discoveryOf(environment.env);
      await serve(flags, () => environment.runServer({ ...flags, data, announce, json: flags.json ?? false }));
    });
}

export function addHistory(program: Command, environment: Environment, serve: Serve): void {
  program
    .command('history')
    .description('show who asked what of a tracker of this machine, and when')
    .option('--data <dir>', 'folder of the tracker; else "tracker" in the home folder')
    .option('--user <name>', 'only what this user asked')
    .option('--since <when>', 'only from then on: a date, a date and time, or a span back, as 2h or 7d')
    .option('--operation <name>', 'only this operation, as announce or locate')
    .option('--limit <number>', 'only the newest so many', readCount('--limit'))
    .addHelpText('after', example('rollcall history --user Carol --since 2h'))
    .action(async (_own: object, command: Command) => {
      const flags = command.optsWithGlobals<Flags<HistoryFlags>>();
      const data = flags.data ?? trackerData(flags, environment);
      await serve(flags, () => environment.runHistory({ ...flags, data, json: flags.json ?? false }));
    });
}

export function addClock(program: Command, environment: Environment, serve: Serve): void {
  program
    .command('clock')
    .description('tell the date over HTTP, for the stamps of --clock and for older programs')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--port <number>', 'TCP port; 0 lets the system choose', readPort('--port'), clockPort)
    .addHelpText('after', example(`rollcall clock --port ${clockPort}`))
    .action(async (_own: object, command: Command) => {
      const flags = command.optsWithGlobals<Flags<ClockFlags>>();
      await serve(flags, () => environment.runClock({ ...flags, json: flags.json ?? false }));
    });
}

export function addOplog(program: Command, environment: Environment, serve: Serve): void {
  program
    .command('oplog')
    .description('run an operations log, an ONC RPC server that trackers report to')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--port <number>', 'TCP and UDP port; 0, the default, is any free one', readPort('--port'), 0)
    .option('--log <file>', 'the file to append to; else oplog.log in your data folder')
    .addHelpText('after', example('rollcall oplog --port 7453 --log operations.log'))
    .action(async (_own: object, command: Command) => {
      const flags = command.optsWithGlobals<Flags<OplogFlags>>();
      await serve(flags, () => environment.runOplog({ ...flags, json: flags.json ?? false }));
    });
}
