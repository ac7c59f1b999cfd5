import type { Socket } from 'node:net';
import { type Clock, every } from '../../../base/clock.ts';
import { sweepMs } from '../limits.ts';
import type { Presence } from './presence.ts';

/** Who is connected; cuts whoever is overdue. */
export class Callers implements Disposable {
  readonly #presences = new Map<Socket, Presence>();
  readonly #timer: Disposable;

  constructor(clock: Clock) {
    this.#timer = every(clock, sweepMs, () => {
      for (const [socket, presence] of this.#presences) if (presence.overdue) socket.destroy();
    });
  }

  add(socket: Socket, presence: Presence): void {
    this.#presences.set(socket, presence);
    socket.once('close', () => this.#presences.delete(socket));
  }

  of(socket: Socket): Presence | undefined {
    return this.#presences.get(socket);
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }
}
