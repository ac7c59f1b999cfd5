import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { backlog } from '../limits.ts';
import type { Endpoint, Listener } from '../transport.ts';
import { endpoint } from './address.ts';
import { drop } from './drop.ts';
import { bindFailure } from './errors.ts';

export interface PortOptions {
  admit?(remote: Endpoint): boolean;
  departed?(remote: Endpoint): void;
  /** A connection that was let in. */
  take(socket: Socket, remote: Endpoint): void;
}

/** Takes TCP connections. Disposing closes the port and every connection that came in by it. */
export async function openPort(on: Endpoint, options: PortOptions): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    const remote = endpoint(socket.remoteAddress, socket.remotePort);
    if (socket.remoteAddress === undefined || options.admit?.(remote) === false) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      options.departed?.(remote);
    });
    socket.on('error', () => {
      // The end of this connection; who has taken it hears of it in his own way, and `close` follows.
    });
    options.take(socket, remote);
  });
  try {
    server.listen({ host: on.host, port: on.port, backlog, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    throw bindFailure(error, on);
  }
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw bindFailure(new Error('it has no address'), on);
  return {
    at: endpoint(bound.address, bound.port),
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) drop(socket);
      await closed;
    },
  };
}
