import { setTimeout as pause } from 'node:timers/promises';
import type { Host } from '../../test/support/lan.ts';
import { runOn, startOn } from './hosts.ts';

/** Its usual port; each further server takes the next. */
const firstPort = 5201;
const listenTries = 100;
const betweenTriesMs = 50;

/** What iperf3 carries over TCP into one machine from others at once, Mbit/s: a program's bytes, without headers. */
export async function iperf(into: Host, from: readonly Host[], seconds: number): Promise<number> {
  const rates = from.map(async (host, index) => {
    const port = `${firstPort + index}`;
    await using _server = startOn(into, 'iperf3', ['-s', '-p', port]);
    await untilListening(into, port);
    const { output } = await runOn(host, 'iperf3', ['-c', into.address, '-p', port, '-t', `${seconds}`, '-J']);
    return Number(JSON.parse(output).end.sum_received.bits_per_second) / 1e6;
  });
  return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0);
}

/** @throws where nobody listens on that port after five seconds */
export async function untilListening(host: Host, port: string): Promise<void> {
  for (let tries = 0; tries < listenTries; tries++) {
    const { output } = await runOn(host, 'ss', ['-Hltn', `sport = :${port}`]);
    if (output !== '') return;
    await pause(betweenTriesMs);
  }
  throw new Error(`nobody listens on port ${port} of ${host.name}`);
}
