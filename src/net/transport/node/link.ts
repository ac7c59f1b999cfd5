import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../../base/clock.ts';
import type { Fingerprint } from '../../../base/ids.ts';
import { lost } from '../failures.ts';
import { lingerMs } from '../limits.ts';
import type { Endpoint, Link, StreamHandler } from '../transport.ts';
import { endpoint } from './address.ts';
import type { Dialled } from './tls.ts';

/** A link on a TLS socket that has been checked. */
export class NodeLink implements Link {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly fingerprint: Fingerprint;
  readonly publicKey: Uint8Array;
  readonly #socket: TLSSocket;
  readonly #clock: Clock;
  #ending = false;

  constructor({ socket, fingerprint, publicKey }: Dialled, clock: Clock) {
    this.#clock = clock;
    this.local = endpoint(socket.localAddress, socket.localPort);
    this.remote = endpoint(socket.remoteAddress, socket.remotePort);
    this.fingerprint = fingerprint;
    this.publicKey = publicKey;
    this.#socket = socket;
  }

  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  open(handler: StreamHandler): void {
    const socket = this.#socket;
    let failure: Error | undefined;
    if (socket.closed) {
      queueMicrotask(() => handler.closed(lost(this.remote)));
      return;
    }
    socket.on('error', (error) => {
      failure = lost(this.remote, error);
    });
    socket.once('close', () => handler.closed(failure));
    socket.once('end', () => this.end());
    socket.on('data', (bytes: Buffer) => handler.data(bytes));
  }

  write(bytes: Uint8Array | string): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  end(): void {
    if (this.#ending || this.#socket.destroyed) return;
    this.#ending = true;
    const linger = this.#clock.after(lingerMs, () => this.#socket.destroy());
    this.#socket.once('close', () => linger[Symbol.dispose]());
    this.#socket.end();
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
