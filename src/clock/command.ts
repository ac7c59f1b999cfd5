import { hostText } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { signalled } from '../base/signalled.ts';
import { nodeTransport } from '../net/transport/node.ts';
import type { Endpoint } from '../net/transport/transport.ts';
import { startClock } from './startClock.ts';

/** `rollcall clock`, as its flags say it. */
export interface ClockFlags {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  json: boolean;
}

/**
 * Tells the date until SIGINT or SIGTERM, and returns when it has closed; a second signal ends the process at once.
 * @throws RollcallError `usage` where the port cannot be opened
 */
export async function runClock({ host, port, json }: ClockFlags): Promise<void> {
  const told = signalled();
  await using service = await startClock({
    host,
    port,
    transport: nodeTransport(),
    clock: systemClock,
    log: silentLog,
  });
  process.stdout.write(json ? readyLine(service.at) : greeting(service.at));
  await told;
}

/** The one line on stdout that a program waits for. */
const readyLine = ({ host, port }: Endpoint): string => `${JSON.stringify({ event: 'ready', host, port })}\n`;

function greeting({ host, port }: Endpoint): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '<this machine>' : hostText(host);
  return `The date is told at http://${name}:${port}/datetime. Ctrl-C ends it.\n`;
}
