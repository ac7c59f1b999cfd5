import type { Socket } from 'node:net';
import { tlsHandshake, tlsOnly } from '../plainText.ts';

/** Each finds the socket with every byte still to be read. */
export interface Dialects {
  tls(): void;
  plain(): void;
}

/** Tells by the first byte what a caller speaks. A caller who says nothing is left to whoever keeps the time. */
export function sniff(socket: Socket, dialects: Dialects): void {
  const look = (): void => {
    const first: Buffer | null = socket.read();
    if (first === null) return;
    socket.removeListener('readable', look);
    socket.unshift(first);
    if (first[0] === tlsHandshake) dialects.tls();
    else dialects.plain();
  };
  socket.on('readable', look);
}

export function refusePlainText(socket: Socket): void {
  socket.resume();
  socket.end(tlsOnly);
}
