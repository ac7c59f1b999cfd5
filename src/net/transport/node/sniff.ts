import type { Socket } from 'node:net';
import { beginningOf } from '../httpLine.ts';
import { tlsHandshake, tlsOnly } from '../plainText.ts';

/** Each finds the socket with every byte still to be read. */
export interface Dialects {
  tls(): void;
  /** A request of HTTP; what is plain otherwise where it is missing. */
  http?: (() => void) | undefined;
  plain(): void;
}

/** Tells by the first bytes what a caller speaks. A caller who says too little is left to whoever keeps the time. */
export function sniff(socket: Socket, dialects: Dialects): void {
  const come: Buffer[] = [];
  const look = (): void => {
    const next: Buffer | null = socket.read();
    if (next === null) return;
    come.push(next);
    const bytes = Buffer.concat(come);
    const { tls, http, plain } = dialects;
    const beginning = bytes[0] === tlsHandshake || http === undefined ? 'other' : beginningOf(bytes);
    if (beginning === 'unfinished') return;
    socket.removeListener('readable', look);
    socket.unshift(bytes);
    if (bytes[0] === tlsHandshake) tls();
    else if (beginning === 'http') http?.();
    else plain();
  };
  socket.on('readable', look);
}

export function refusePlainText(socket: Socket): void {
  socket.resume();
  socket.end(tlsOnly);
}
