import type { Socket } from 'node:net';

/** Sockets of plain streams that somebody else opened: what is written to them are answers. */
const answering = new WeakSet<Socket>();

export function answers(socket: Socket): void {
  answering.add(socket);
}

/**
 * Closes at once. An answer in plain has no end but that of its stream, so where one is cut short the caller gets a reset
 * (RFC 9293, section 3.5.2) and does not take what he has for all of it. TLS tells such things by itself.
 */
export function drop(socket: Socket): void {
  const cutsShort = answering.has(socket) && socket.bytesWritten > 0 && !socket.writableFinished;
  if (cutsShort && !socket.destroyed) socket.resetAndDestroy();
  else socket.destroy();
}
