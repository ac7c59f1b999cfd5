import { type Clock, every, sleep } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { createAdmission } from '../net/transport/admission.ts';
import { openPorts } from '../net/transport/ports.ts';
import type { Endpoint, ListenPlainOptions, PacketSocket, Stream, Transport } from '../net/transport/transport.ts';
import { takeCalls } from './calls.ts';
import { Connection } from './connection.ts';
import { takeDatagrams } from './datagrams.ts';
import { Journal } from './journal.ts';
import { lastAnswersMs, maxConnections, maxConnectionsPerAddress, sweepMs } from './limits.ts';
import type { LogDisk } from './logDisk.ts';
import { Once } from './once.ts';

export interface OplogOptions {
  host: string;
  /** For TCP and UDP alike; 0 asks the system to choose. */
  port: number;
  transport: Transport;
  clock: Clock;
  /** Closed with the server, or where it cannot start. */
  disk: LogDisk;
  /** Takes lines that are on the disk, with their ends. */
  show(lines: string): void;
  log: Log;
}

/** A log server that serves until it is disposed of. Then calls that it has taken are written and answered. */
export interface RunningOplog extends AsyncDisposable {
  readonly at: Endpoint;
}

/** @throws RollcallError `usage` where the port is taken or forbidden */
export async function startOplog(options: OplogOptions): Promise<RunningOplog> {
  const { host, port, transport, clock, disk, show, log } = options;
  const journal = new Journal({ disk, log, show });
  const once = new Once((line, written) => journal.append(line, written), clock);
  const take = takeCalls(once);
  const connections = new Map<Connection, Stream>();
  let socket: PacketSocket | undefined;
  let serving = true;
  let accepted = 0;

  const listening: ListenPlainOptions = {
    ...createAdmission({ total: maxConnections, perAddress: maxConnectionsPerAddress }, log),
    accept(stream) {
      accepted += 1;
      const sender = { place: stream.remote.host, connection: accepted };
      const closed = (): void => void connections.delete(connection);
      const connection: Connection = new Connection(stream, { sender, take, clock, log, closed });
      connections.set(connection, stream);
    },
  };
  const receive = takeDatagrams(take, (datagram, to) => socket?.send(datagram, to), log);
  const ports = await openPorts(
    { host, port },
    (on) => transport.listenPlain(on, listening),
    (on) =>
      transport.bind(on, (datagram, from) => {
        if (serving) receive(datagram, from);
      }),
  ).catch(async (error: unknown) => {
    await journal[Symbol.asyncDispose]();
    throw error;
  });
  socket = ports.socket;
  const sweeps = every(clock, sweepMs, () => {
    for (const connection of connections.keys()) connection.sweep();
  });

  return {
    at: ports.listener.at,
    async [Symbol.asyncDispose]() {
      serving = false;
      sweeps[Symbol.dispose]();
      const streams = [...connections.values()];
      for (const connection of connections.keys()) connection.finish();
      await journal[Symbol.asyncDispose]();
      const left = new AbortController();
      await Promise.race([
        Promise.all(streams.map((stream) => stream.drained())),
        sleep(clock, lastAnswersMs, left.signal).catch(() => undefined),
      ]);
      left.abort();
      await Promise.all([ports.listener[Symbol.asyncDispose](), ports.socket[Symbol.asyncDispose]()]);
    },
  };
}
