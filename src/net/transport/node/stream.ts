import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import { lost } from '../failures.ts';
import { lingerMs } from '../limits.ts';
import type { Endpoint, Stream, StreamHandler } from '../transport.ts';
import { endpoint } from './address.ts';
import { answers, drop } from './drop.ts';

/** Bytes both ways over a socket, which listens for its own `error`. */
export class NodeStream implements Stream {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly #socket: Socket;
  readonly #clock: Clock;
  #ending = false;
  /** The handler has not done with what it got last. */
  #held = false;

  /** `remote` where the socket does not know: one that leads to a path has no address. */
  constructor(socket: Socket, clock: Clock, remote: Endpoint = endpoint(socket.remoteAddress, socket.remotePort)) {
    this.#socket = socket;
    this.#clock = clock;
    this.local = endpoint(socket.localAddress, socket.localPort);
    this.remote = remote;
  }

  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  open(handler: StreamHandler): void {
    const socket = this.#socket;
    if (socket.closed) {
      queueMicrotask(() => handler.closed(lost(this.remote)));
      return;
    }
    let failure: Error | undefined;
    /** The other side has ended while the handler was busy: not even a paused socket keeps that back. */
    let overdue = false;
    const ended = (): void => {
      if (this.#held) overdue = true;
      else if (handler.ended === undefined) this.end();
      else handler.ended();
    };
    const hold = async (taking: Promise<void>): Promise<void> => {
      this.#held = true;
      socket.pause();
      try {
        await taking;
        this.#held = false;
        socket.resume();
        if (overdue) ended();
      } catch (error) {
        failure ??= asError(error);
        drop(socket);
      }
    };
    socket.on('error', (error) => {
      failure ??= lost(this.remote, error);
    });
    socket.once('close', () => handler.closed(failure));
    socket.allowHalfOpen = true;
    const resets = !(socket instanceof TLSSocket) && this.remote.port !== 0;
    socket.once('end', () => {
      if (resets) unlessReset(socket, ended);
      else ended();
    });
    socket.on('data', (bytes: Buffer) => {
      const taking = handler.data(bytes);
      if (taking !== undefined) void hold(taking);
    });
  }

  write(bytes: Uint8Array | string): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  drained(): Promise<void> {
    const socket = this.#socket;
    if (socket.writableLength === 0 || socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const left = (): void => resolve();
      if (!socket.writableEnded) socket.write('', left);
      else socket.once('finish', left).once('close', left);
    });
  }

  end(): void {
    if (this.#ending || this.#socket.destroyed) return;
    this.#ending = true;
    const linger = this.#clock.after(lingerMs, () => drop(this.#socket));
    this.#socket.once('close', () => linger[Symbol.dispose]());
    this.#socket.end();
    if (!this.#held) this.#socket.resume();
  }

  destroy(): void {
    drop(this.#socket);
  }
}

/** The stream on a plain socket that somebody else opened. */
export function answeringStream(socket: Socket, clock: Clock): NodeStream {
  answers(socket);
  return new NodeStream(socket, clock);
}

/**
 * On Linux libuv takes a reset that comes while bytes wait to be read for a good end. Writing nothing at all tells: it
 * fails on a connection that was reset. TLS tells by itself, and a socket with a path knows no resets.
 */
function unlessReset(socket: Socket, ended: () => void): void {
  if (!socket.writable || socket.writableLength > 0) ended();
  else {
    socket.write('', (error) => {
      if (!error) ended();
    });
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
