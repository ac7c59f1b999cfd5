import { every } from '../../base/clock.ts';
import type { Link } from '../../net/transport/transport.ts';
import { sweepMs } from '../limits.ts';
import { ControlConnection, type ControlParts } from './controlConnection.ts';

/** The shell of the native protocol: takes links, and holds them to their deadlines. */
export interface Control extends Disposable {
  /** To be called in the turn that the link is handed over. */
  accept(link: Link): void;
  readonly connections: number;
  /** Pieces of the streams that have come, ever. */
  readonly arrivals: number;
}

export function createControl(parts: ControlParts): Control {
  const connections = new Set<ControlConnection>();
  let arrivals = 0;
  const sweep = every(parts.clock, sweepMs, () => {
    const now = parts.clock.now();
    for (const connection of connections) connection.check(now);
  });

  return {
    accept(link) {
      const connection: ControlConnection = new ControlConnection(link, parts, {
        arrived: () => {
          arrivals += 1;
        },
        closed: () => connections.delete(connection),
      });
      connections.add(connection);
    },
    get connections() {
      return connections.size;
    },
    get arrivals() {
      return arrivals;
    },
    [Symbol.dispose]() {
      sweep[Symbol.dispose]();
      for (const connection of connections) connection.drop();
    },
  };
}
