import type { Endpoint } from '../../../net/transport/transport.ts';
import { connections, connectionsOfOne } from '../limits.ts';

/** Who may connect: bounded in all and for each address. */
export interface Admission {
  admit(remote: Endpoint): boolean;
  departed(remote: Endpoint): void;
}

export function admission(): Admission {
  const byAddress = new Map<string, number>();
  let count = 0;
  return {
    admit({ host }) {
      const own = byAddress.get(host) ?? 0;
      if (count >= connections || own >= connectionsOfOne) return false;
      byAddress.set(host, own + 1);
      count += 1;
      return true;
    },
    departed({ host }) {
      const own = (byAddress.get(host) ?? 0) - 1;
      if (own > 0) byAddress.set(host, own);
      else byAddress.delete(host);
      count -= 1;
    },
  };
}
