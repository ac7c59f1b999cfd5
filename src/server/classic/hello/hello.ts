import { setMaxListeners } from 'node:events';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../../../base/clock.ts';
import { asRollcallError, RollcallError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Endpoint, PacketSocket, Transport } from '../../../net/transport/transport.ts';
import { type HelloRequest, isHello, parseHello } from '../../../net/wire/classic/hello.ts';
import type { Tracker } from '../../brain/tracker.ts';
import { createAddressBuckets } from '../addressBuckets.ts';
import { createOmissions } from '../omissions.ts';
import { createAnswers } from './answers.ts';
import {
  dropsToldMs,
  interfacesMs,
  maxSources,
  maxSourcesPerAddress,
  maxWaiting,
  maxWaitingPerAddress,
} from './limits.ts';
import { createLists } from './lists.ts';
import { type Interfaces, localAddress } from './localAddress.ts';
import { Quota } from './quota.ts';
import { createRegistrar } from './registrar.ts';
import { type Socket, Source } from './source.ts';

export interface HelloParts {
  tracker: Tracker;
  clock: Clock;
  log: Log;
  /** This machine's, as `os.networkInterfaces` tells them. */
  interfaces?: (() => Interfaces) | undefined;
}

/** The shell of the dialect by datagrams, on any number of sockets. Once disposed of, it is silent. */
export interface Hello extends Disposable {
  /**
   * Takes a datagram that came to `socket`; false where it is none of this dialect, so that others may look at it. What
   * is no request is met with silence: who answers everything can be set against another who does.
   */
  receive(datagram: Uint8Array, from: Endpoint, socket: Socket): boolean;
  /** Datagrams of the dialect that have come, ever. */
  readonly arrivals: number;
  /** Sources that are on the roll or being answered. */
  readonly sources: number;
}

export function createHello({ tracker, clock, log, interfaces = networkInterfaces }: HelloParts): Hello {
  const sources = new Map<string, Source>();
  const places = new Quota({ total: maxSources, perAddress: maxSourcesPerAddress });
  const waiting = new Quota({ total: maxWaiting, perAddress: maxWaitingPerAddress });
  const closing = new AbortController();
  // Every request that waits for its tokens listens.
  setMaxListeners(0, closing.signal);
  const omissions = createOmissions(log);
  const registrar = createRegistrar({ tracker, sources: () => sources.values(), log });
  const lists = createLists({ tracker, omissions });
  const answer = createAnswers({ tracker, registrar, lists, wall: () => clock.wall(), log });
  const ownAddresses = remembered(clock, interfaces);
  const dropped = dropCounter(clock, log);
  let arrivals = 0;

  const parts = {
    tracker,
    clock,
    buckets: createAddressBuckets(() => clock.now()),
    closed: closing.signal,
    local: (remote: string, { at }: Socket): string => localAddress(remote, at.host, ownAddresses),
    done: ({ remote }: Source): void => waiting.giveBack(remote),
    dropped,
    left(source: Source): void {
      if (sources.delete(nameOf(source.at))) places.giveBack(source.remote);
    },
  };

  const sourceAt = (at: Endpoint, socket: Socket): Source | undefined => {
    const known = sources.get(nameOf(at));
    if (known !== undefined || !places.take(at.host)) return known;
    const source = new Source(at, socket, parts);
    sources.set(nameOf(at), source);
    return source;
  };

  return {
    get arrivals() {
      return arrivals;
    },
    get sources() {
      return sources.size;
    },
    receive(datagram, from, socket) {
      if (!isHello(datagram)) return false;
      arrivals += 1;
      if (closing.signal.aborted) return true;
      sources.get(nameOf(from))?.heard();
      const request = read(datagram);
      if ('ask' in request && request.ask === 'response') return true;
      if (!waiting.take(from.host)) {
        dropped(from, 'too many requests wait for their answers');
        return true;
      }
      const source = sourceAt(from, socket);
      if (source === undefined) {
        waiting.giveBack(from.host);
        dropped(from, 'too many are here');
      } else {
        source.take(socket, () => answer(source, request));
      }
      return true;
    },
    [Symbol.dispose]() {
      closing.abort(new RollcallError('interrupted', 'the tracker closes'));
      sources.clear();
    },
  };
}

/** A UDP port for this dialect alone. @throws RollcallError `usage` where the port is taken or forbidden */
export async function bindHello(
  on: Endpoint,
  hello: Pick<Hello, 'receive'>,
  transport: Pick<Transport, 'bind'>,
): Promise<PacketSocket> {
  let bound: PacketSocket | undefined;
  bound = await transport.bind(on, (datagram, from) => {
    if (bound !== undefined) hello.receive(datagram, from, bound);
  });
  return bound;
}

const nameOf = ({ host, port }: Endpoint): string => `${host} ${port}`;

/** What a datagram asks, or what is wrong with it. */
function read(datagram: Uint8Array): HelloRequest | RollcallError {
  try {
    return parseHello(datagram);
  } catch (error) {
    return asRollcallError(error);
  }
}

/** Tells the log of datagrams that are dropped, once in a while. */
function dropCounter(clock: Clock, log: Log): (from: Endpoint, why: string) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  let count = 0;
  return ({ host }, why) => {
    count += 1;
    if (clock.now() - toldAt < dropsToldMs) return;
    log.warn({ address: host, why, count }, 'datagrams are dropped: a limit is reached');
    toldAt = clock.now();
    count = 0;
  };
}

/** The same for a while. */
function remembered<T>(clock: Clock, look: () => T): () => T {
  let known: { value: T; at: number } | undefined;
  return () => {
    if (known === undefined || clock.now() - known.at >= interfacesMs) known = { value: look(), at: clock.now() };
    return known.value;
  };
}
