import type { Log } from '../../base/log.ts';
import type { Endpoint } from './transport.ts';

/** Counts connections, in all and by address, and says who may come in before any work is done for him. */
export interface Admission {
  admit(remote: Endpoint): boolean;
  departed(remote: Endpoint): void;
  /** Connections now. */
  readonly open: number;
}

export function createAdmission(limits: { total: number; perAddress: number }, log: Log): Admission {
  const counts = new Map<string, number>();
  let total = 0;
  /** Tells of a limit once, until it is no longer met: a flood must not flood the log. */
  const told = new Set<string>();
  const refuse = (whose: string, limit: number, address: string): false => {
    if (!told.has(whose)) log.warn({ address, limit, whose }, 'connections are turned away: their limit is reached');
    told.add(whose);
    return false;
  };

  return {
    admit({ host }) {
      const count = counts.get(host) ?? 0;
      if (total >= limits.total) return refuse('all', limits.total, host);
      if (count >= limits.perAddress) return refuse(host, limits.perAddress, host);
      counts.set(host, count + 1);
      total += 1;
      return true;
    },
    departed({ host }) {
      const count = counts.get(host) ?? 0;
      if (count > 1) counts.set(host, count - 1);
      else counts.delete(host);
      total -= 1;
      told.delete(host);
      told.delete('all');
    },
    get open() {
      return total;
    },
  };
}
