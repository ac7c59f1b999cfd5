import type { Fingerprint, InstanceId } from '../../base/ids.ts';
import type { Session } from './sessions.ts';

/** Runs of clients that the operator ended; their next run is welcome. */
export interface Kicked {
  add(session: Session): void;
  has(fingerprint: Fingerprint | undefined, instance: InstanceId): boolean;
}

/** Runs that are remembered, the latest: nobody kicks more within the minute that a client tries to come back in. */
const maxKicked = 1000;

export function createKicked(): Kicked {
  const runs = new Set<string>();
  return {
    add({ fingerprint, instance }) {
      runs.add(`${fingerprint}${instance}`);
      const [oldest] = runs;
      if (runs.size > maxKicked && oldest !== undefined) runs.delete(oldest);
    },
    has: (fingerprint, instance) => runs.has(`${fingerprint}${instance}`),
  };
}
