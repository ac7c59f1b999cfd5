import { once } from 'node:events';
import { connect } from 'node:net';
import { abortReason } from '../failures.ts';
import type { Endpoint, Listener, ListenPlainOptions, Stream } from '../transport.ts';
import { dialFailure } from './errors.ts';
import type { Ground } from './ground.ts';
import { openPort } from './port.ts';
import { answeringStream, NodeStream } from './stream.ts';

export async function dialPlain(
  to: Endpoint | { path: string },
  { signal }: { signal: AbortSignal },
  { clock }: Ground,
): Promise<Stream> {
  const at = 'path' in to ? { host: to.path, port: 0 } : to;
  if (signal.aborted) throw abortReason(signal, at);
  const socket = connect('path' in to ? { path: to.path } : { host: to.host, port: to.port, noDelay: true });
  socket.on('error', () => {
    // Told to whoever waits for the connection, and afterwards with `closed`.
  });
  try {
    await once(socket, 'connect', { signal });
    return 'path' in to ? new NodeStream(socket, clock, at) : new NodeStream(socket, clock);
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? abortReason(signal, at) : dialFailure(error, at, 'plain');
  }
}

export function listenPlain(on: Endpoint, options: ListenPlainOptions, { clock }: Ground): Promise<Listener> {
  return openPort(on, { ...options, take: (socket) => options.accept(answeringStream(socket, clock)) });
}
