import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { safeText } from '../base/safeText.ts';
import { signalled } from '../base/signalled.ts';
import { nodeTransport } from '../net/transport/node.ts';
import { greeting, readyLine } from './greeting.ts';
import { openLogDisk } from './logDisk.ts';
import { registerWithRpcbind } from './rpcbind.ts';
import { startOplog } from './serve.ts';

/** `rollcall oplog`, as its flags say it. */
export interface OplogFlags {
  /**
   * What to listen on, 127.0.0.1 where nothing was said: the tracker mostly runs on the same machine, and a call proves
   * nothing of who sent it, so that whoever reaches the port can write into the log.
   */
  host: string;
  /** 0, where nothing was said: the system chooses, and rpcbind or the ready line tells. */
  port: number;
  /** The file to append to; where missing, `oplog.log` in the user's data folder. */
  log?: string | undefined;
  json: boolean;
}

export const oplogFileOf = (log: string | undefined): string =>
  log === undefined ? join(envPaths('rollcall', { suffix: '' }).data, 'oplog.log') : resolve(log);

/**
 * Serves until SIGINT or SIGTERM, and returns when it has closed; a second signal ends the process at once.
 * @throws RollcallError where the file or the port cannot be used
 */
export async function runOplog(flags: OplogFlags): Promise<void> {
  const told = signalled();
  const file = oplogFileOf(flags.log);
  const transport = nodeTransport({ log: complaints });
  const out = screen();
  const common = { transport, clock: systemClock, log: complaints };
  const disk = await openLogDisk(file);
  const { host, port } = flags;
  const show = (lines: string): void => {
    if (!flags.json) out(lines);
  };
  await using oplog = await startOplog({ ...common, host, port, disk, show });
  await using registration = await registerWithRpcbind({ ...common, at: oplog.at });
  const serving = { ...oplog.at, log: file };
  out(flags.json ? readyLine(serving) : greeting(serving, registration.registered));
  await told;
}

/** What a person has to hear of is told on stderr. */
const complain = (fields: object, message: string): void => {
  process.stderr.write(`${message} ${safeText(JSON.stringify(fields))}\n`);
};
const unsaid = (): void => {};
const complaints: Log = { debug: unsaid, info: unsaid, warn: complain, error: complain };

/** Writes to stdout, until whoever read there is gone: the log goes on without. */
function screen(): (text: string) => void {
  let open = true;
  process.stdout.on('error', () => {
    open = false;
  });
  return (text) => {
    if (open) process.stdout.write(text);
  };
}
