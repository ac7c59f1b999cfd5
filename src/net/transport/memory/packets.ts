import type { Endpoint, PacketSocket, Receive } from '../transport.ts';
import { claimPort, type Host, isLoopback, type Wire } from './wire.ts';

export function bindPackets(wire: Wire, host: Host, on: Endpoint, receive: Receive): PacketSocket {
  const port = claimPort(on, host.sockets);
  host.sockets.set(port, receive);
  const bound = (): boolean => host.sockets.get(port) === receive;
  return {
    at: { host: on.host, port },
    send(datagram, to) {
      const target = wire.find(to.host, host);
      if (target === undefined || !bound()) return;
      const from = { host: isLoopback(to.host) ? '127.0.0.1' : host.address, port };
      wire.toss(host, target, () => target.sockets.get(to.port)?.(datagram, from));
    },
    async [Symbol.asyncDispose]() {
      if (bound()) host.sockets.delete(port);
    },
  };
}
