import type { Clock } from '../base/clock.ts';
import { RollcallError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Endpoint, Stream, Transport } from '../net/transport/transport.ts';
import { oplogProgram, oplogVersion } from '../net/wire/oncRpc/oplog.ts';
import { encodeRecord, RecordReader } from '../net/wire/oncRpc/records.ts';
import {
  decodeRegistryReply,
  encodePortmap,
  encodeRpcbind,
  rpcbindPort,
  universalAddress,
} from '../net/wire/oncRpc/rpcbind.ts';
import { rpcbindMs } from './limits.ts';

export interface RpcbindOptions {
  transport: Transport;
  /** Where the log server serves, TCP and UDP. */
  at: Endpoint;
  clock: Clock;
  log: Log;
}

/** Tells the machine's rpcbind where the log server is, until it is disposed of. */
export interface Registration extends AsyncDisposable {
  /** False where no rpcbind runs, or it refused: clients have to be told the port. */
  readonly registered: boolean;
}

const program = { program: oplogProgram, version: oplogVersion };

/** A way to rpcbind, with the calls for it. Several calls for one thing need all to succeed. */
interface Way {
  to: Endpoint | { path: string };
  unset: readonly Uint8Array[];
  set: readonly Uint8Array[];
}

/** An older registration is taken away first: two cannot be, and its server is likely dead. */
export async function registerWithRpcbind(options: RpcbindOptions): Promise<Registration> {
  const { log } = options;
  for (const way of waysTo(options.at)) {
    const outcomes = await ask(way.to, [...way.unset, ...way.set], options).catch((error: unknown) => {
      log.debug({ way: way.to, error: String(error) }, 'rpcbind cannot be asked so');
      return undefined;
    });
    if (outcomes === undefined) continue;
    const registered = outcomes.slice(way.unset.length).every((done) => done);
    if (!registered) {
      log.warn(
        {},
        'rpcbind refuses to name this server, since the program of another user has its place, or it trusts root alone: tell ' +
          'clients the port',
      );
    }
    return {
      registered,
      async [Symbol.asyncDispose]() {
        if (!registered) return;
        await ask(way.to, way.unset, options).catch((error: unknown) => {
          log.warn({ error: String(error) }, 'rpcbind still names this server');
        });
      },
    };
  }
  log.debug({}, 'no rpcbind runs on this machine: clients have to be told the port');
  return { registered: false, async [Symbol.asyncDispose]() {} };
}

/**
 * First over its socket, where the system tells rpcbind who asks; then as a port mapper over loopback, which most rpcbinds
 * believe only where the asker's port is one of root's, or where they run with `-i`.
 */
function waysTo({ host, port }: Endpoint): Way[] {
  const rpcbind = {
    unset: [encodeRpcbind(0, 'unset', { ...program, netid: '', address: '' })],
    set: netids(host).map(([netid, address]) =>
      encodeRpcbind(0, 'set', { ...program, netid, address: universalAddress(address, port) }),
    ),
  };
  const mapping = { ...program, port };
  const portmap = {
    unset: [encodePortmap(0, 'unset', { ...mapping, protocol: 'tcp' })],
    set: (['tcp', 'udp'] as const).map((protocol) => encodePortmap(0, 'set', { ...mapping, protocol })),
  };
  const sockets = ['/run/rpcbind.sock', '/var/run/rpcbind.sock'].map((path) => ({ to: { path }, ...rpcbind }));
  // The port mapper knows of IPv4 alone.
  if (netids(host).every(([netid]) => netid.endsWith('6'))) return sockets;
  return [...sockets, { to: { host: '127.0.0.1', port: rpcbindPort }, ...portmap }];
}

/** By what networks a server is reached that listens on `host`, each with the address there. */
function netids(host: string): [netid: string, address: string][] {
  const v4 = (address: string): [string, string][] => [
    ['tcp', address],
    ['udp', address],
  ];
  const v6: [string, string][] = [
    ['tcp6', host],
    ['udp6', host],
  ];
  if (!host.includes(':')) return v4(host);
  return host === '::' ? [...v4('0.0.0.0'), ...v6] : v6;
}

/** Sends calls one after another, and resolves with what became of each. */
async function ask(
  to: Way['to'],
  calls: readonly Uint8Array[],
  { transport, clock }: RpcbindOptions,
): Promise<boolean[]> {
  const deadline = new AbortController();
  using _timer = clock.after(rpcbindMs, () => {
    deadline.abort(new RollcallError('unreachable', `rpcbind does not answer within ${rpcbindMs / 1000} s`));
  });
  const stream = await transport.dialPlain(to, { signal: deadline.signal });
  try {
    return await answers(stream, calls, deadline.signal);
  } finally {
    stream.destroy();
  }
}

function answers(stream: Stream, calls: readonly Uint8Array[], signal: AbortSignal): Promise<boolean[]> {
  return new Promise((resolve, reject) => {
    const records = new RecordReader();
    const outcomes: boolean[] = [];
    const next = (): void => {
      const call = calls[outcomes.length];
      if (call === undefined) resolve(outcomes);
      else stream.write(encodeRecord(call));
    };
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    stream.open({
      data(bytes) {
        try {
          for (const message of records.push(bytes)) {
            outcomes.push(decodeRegistryReply(message).done);
            next();
          }
        } catch (error) {
          reject(error);
        }
      },
      closed: (error) => reject(error ?? new RollcallError('unreachable', 'rpcbind closed the connection')),
    });
    next();
  });
}
