import type { Clock } from '../base/clock.ts';
import { localOffset } from '../base/dates.ts';
import type { Log } from '../base/log.ts';
import type { Endpoint, Transport } from '../net/transport/transport.ts';
import { answer } from './answer.ts';
import { maxConnections } from './limits.ts';

export interface ClockOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  transport: Transport;
  /** Its `wall` is the time that is told. */
  clock: Clock;
  log: Log;
}

/**
 * Serves this machine's date over HTTP until it is disposed of.
 * @throws RollcallError `usage` where the port cannot be opened
 */
export async function startClock(options: ClockOptions): Promise<{ at: Endpoint } & AsyncDisposable> {
  const { host, port, transport, clock, log } = options;
  let connections = 0;
  return transport.serveHttp(
    { host, port },
    {
      admit(remote) {
        const room = connections < maxConnections;
        if (room) connections += 1;
        else log.warn({ remote, maxConnections }, 'turned away: too many connections at once');
        return room;
      },
      departed() {
        connections -= 1;
      },
      async handle(request, { remote }) {
        const wallMs = clock.wall();
        const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
        const reply = answer(request, { wallMs, offset: localOffset(wallMs), zone });
        log.debug({ remote, method: request.method, path: request.path, status: reply.status }, 'asked for the date');
        return reply;
      },
    },
  );
}
