import type { Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import { asRollcallError, RollcallError } from '../../../base/errors.ts';
import { showEndpoint } from '../failures.ts';
import type { DialOptions, Endpoint, Link, Listener, ListenOptions } from '../transport.ts';
import { endpoint } from './address.ts';
import type { Ground } from './ground.ts';
import { NodeLink } from './link.ts';
import { openPort } from './port.ts';
import { refusePlainText, sniff } from './sniff.ts';
import { answeringStream } from './stream.ts';
import { certified, dialTls, protocols, serverTls } from './tls.ts';

export async function dialLink(to: Endpoint, options: DialOptions, { clock }: Ground): Promise<Link> {
  return new NodeLink(await dialTls(to, { ...options, speaks: 'links' }), clock);
}

/** A connection of which it is not told yet what is spoken on it. */
interface Opening {
  /** Why nothing will come of it. */
  failed(error: Error): void;
  succeeded(): void;
}

export function listenForLinks(on: Endpoint, options: ListenOptions, { clock }: Ground): Promise<Listener> {
  /** By the caller's address and port, which no other open connection to this port has. */
  const openings = new Map<string, Opening>();
  const openingOf = (socket: TLSSocket): Opening | undefined =>
    openings.get(showEndpoint(endpoint(socket.remoteAddress, socket.remotePort)));

  const server = createServer({ ...serverTls(options.identity, 'links'), handshakeTimeout: options.handshakeMs });
  server.on('tlsClientError', (error, socket) => openingOf(socket)?.failed(error));
  server.on('secureConnection', (socket) => {
    socket.on('error', () => {
      // The link's handler hears of it with `closed`.
    });
    const opening = openingOf(socket);
    const link = linkOn(socket, clock);
    if (link instanceof NodeLink) {
      opening?.succeeded();
      options.accept(link);
    } else {
      opening?.failed(link);
      socket.destroy();
    }
  });

  const watch = (socket: Socket, remote: Endpoint): Opening => {
    const key = showEndpoint(remote);
    let why: Error | undefined;
    const deadline = clock.after(options.handshakeMs, () => {
      why ??= new RollcallError('limit', `no handshake within ${options.handshakeMs} ms`);
      socket.destroy();
    });
    const gone = (): void => {
      settle();
      options.refused?.(remote, why ?? new RollcallError('refused', 'it went away before its handshake was done'));
    };
    const settle = (): void => {
      deadline[Symbol.dispose]();
      openings.delete(key);
      socket.removeListener('close', gone);
    };
    socket.once('close', gone);
    const opening: Opening = {
      failed(error) {
        why ??= error;
      },
      succeeded: settle,
    };
    openings.set(key, opening);
    return opening;
  };

  return openPort(on, {
    ...options,
    take(socket, remote) {
      const opening = watch(socket, remote);
      sniff(socket, {
        tls: () => server.emit('connection', socket),
        plain() {
          if (options.plain === undefined) return refusePlainText(socket);
          opening.succeeded();
          options.plain(answeringStream(socket, clock));
        },
      });
    },
  });
}

/** The link on a socket whose handshake is done, or why it cannot be one. */
function linkOn(socket: TLSSocket, clock: Clock): NodeLink | RollcallError {
  if (socket.alpnProtocol !== protocols.links) {
    return new RollcallError('refused', `the caller does not speak ${protocols.links}`);
  }
  try {
    return new NodeLink({ socket, ...certified(socket) }, clock);
  } catch (error) {
    return asRollcallError(error);
  }
}
