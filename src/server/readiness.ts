import { type Clock, sleep } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Directory } from '../directory/directory.ts';
import type { Accounts } from './accounts/accounts.ts';
import { readyMs } from './limits.ts';

/** What a tracker needs to be of use, each with whether it has it. */
export type Readiness = Record<'tcp' | 'udp' | 'accounts' | 'directory', boolean>;

export interface ReadinessParts {
  /** Whether it takes connections and datagrams. */
  serves(): boolean;
  accounts: Pick<Accounts, 'check'>;
  directory: Pick<Directory, 'counts'>;
  clock: Clock;
  log: Log;
}

/** Looks whether everything works that a peer needs. Never fails; what does is told to the log. */
export function createReadiness(parts: ReadinessParts): () => Promise<Readiness> {
  const { accounts, directory, clock, log } = parts;
  const works = async (what: keyof Readiness, look: () => Promise<unknown>): Promise<boolean> => {
    const over = new AbortController();
    try {
      const late = sleep(clock, readyMs, over.signal).then(() => {
        throw new Error(`no answer within ${readyMs / 1000} s`);
      });
      await Promise.race([look(), late]);
      return true;
    } catch (error) {
      log.warn({ what, error: error instanceof Error ? error.message : String(error) }, 'not ready');
      return false;
    } finally {
      over.abort();
    }
  };
  return async () => {
    const serves = parts.serves();
    const [names, roll] = await Promise.all([
      works('accounts', () => accounts.check()),
      works('directory', () => directory.counts()),
    ]);
    return { tcp: serves, udp: serves, accounts: names, directory: roll };
  };
}
