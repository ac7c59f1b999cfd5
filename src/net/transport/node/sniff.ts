import type { Socket } from 'node:net';

/** First byte of a TLS connection: a record of type handshake (RFC 8446, section 5.1). */
const tlsHandshake = 0x16;

export interface Dialects {
  tls(socket: Socket): void;
  /** Gets the socket with every byte still to be read. */
  plain(socket: Socket): void;
}

/** Tells by the first byte what a caller speaks. A caller who says nothing is left to whoever keeps the time. */
export function sniff(socket: Socket, dialects: Dialects): void {
  const look = (): void => {
    const first: Buffer | null = socket.read();
    if (first === null) return;
    socket.removeListener('readable', look);
    socket.unshift(first);
    if (first[0] === tlsHandshake) dialects.tls(socket);
    else dialects.plain(socket);
  };
  socket.on('readable', look);
}

/** What plain text gets where no dialect is spoken in it. */
export function refusePlainText(socket: Socket): void {
  socket.resume();
  socket.end('This port speaks TLS: use the rollcall client.\r\n');
}
