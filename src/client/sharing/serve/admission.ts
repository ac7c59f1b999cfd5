import type { Endpoint } from '../../../net/transport/transport.ts';
import { connections, connectionsOfOne } from '../limits.ts';
import { Counts } from './counts.ts';

/** Who may connect: bounded in all and for each address. */
export interface Admission {
  admit(remote: Endpoint): boolean;
  departed(remote: Endpoint): void;
}

export function admission(): Admission {
  const byAddress = new Counts();
  let count = 0;
  return {
    admit({ host }) {
      if (count >= connections || byAddress.of(host) >= connectionsOfOne) return false;
      byAddress.add(host, 1);
      count += 1;
      return true;
    },
    departed({ host }) {
      byAddress.add(host, -1);
      count -= 1;
    },
  };
}
