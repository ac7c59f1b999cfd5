import { connect, dialPlain } from './memory/dial.ts';
import { httpService, MemoryHttp } from './memory/http.ts';
import { linksService } from './memory/links.ts';
import { bindPackets } from './memory/packets.ts';
import { type Breakable, claimPort, type Host, type Service, Wire, type WireOptions } from './memory/wire.ts';
import type { Endpoint, Listener, Transport } from './transport.ts';

/** Hosts that reach each other without a socket: the twin of `node.ts` for tests. */
export interface MemoryNetwork {
  /** The host of that address, by its transport. Names are not looked up: an address is its own name. */
  at(address: string): Transport;
  /** Pulls a host's cable: nothing flows, and nobody is told. What TCP would send again waits for `mend`. */
  cut(address: string): void;
  mend(address: string): void;
  /** Breaks every connection that a host has; both sides are told. */
  sever(address: string): void;
  /**
   * As `kill -9`: the others see its connections close; its own handlers are told nothing, and what it still sends goes
   * nowhere. `at` gives a fresh host of that address afterwards.
   */
  kill(address: string): void;
}

export function memoryNetwork(options: WireOptions): MemoryNetwork {
  const wire = new Wire(options);
  return {
    at: (address) => transport(wire, wire.host(address)),
    cut: (address) => wire.cut(address),
    mend: (address) => wire.mend(address),
    sever: (address) => wire.sever(address),
    kill: (address) => wire.kill(address),
  };
}

function transport(wire: Wire, host: Host): Transport {
  return {
    async dial(to, options) {
      const { link } = await connect(wire, host, to, { ...options, speaks: 'links' });
      return link;
    },
    async dialHttp(to, options) {
      return new MemoryHttp(wire, host, to, await connect(wire, host, to, { ...options, speaks: 'http' }));
    },
    listen: async (on, options) => serve(host, on, linksService(wire, options)),
    dialPlain: (to, { signal }) => dialPlain(wire, host, to, signal),
    listenPlain: async (on, { accept, ...options }) => serve(host, on, { ...options, plain: accept }),
    serveHttp: async (on, options) => serve(host, on, httpService(wire, options)),
    bind: async (on, receive) => bindPackets(wire, host, on, receive),
  };
}

function serve(host: Host, on: Endpoint, service: Service): Listener {
  const port = claimPort(on, host.services);
  const links = new Set<Breakable>();
  host.services.set(port, { service, links });
  return {
    at: { host: on.host, port },
    async [Symbol.asyncDispose]() {
      if (host.services.get(port)?.links !== links) return;
      host.services.delete(port);
      for (const link of [...links]) link.destroy();
    },
  };
}
