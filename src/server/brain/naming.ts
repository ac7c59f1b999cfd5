import { RollcallError } from '../../base/errors.ts';
import { shortId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { UserName } from '../../base/names.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { type Attendance, sessionsOf } from './attendance.ts';
import type { Connection, Outcome } from './commands.ts';
import type { Session, Sessions } from './sessions.ts';
import { taken } from './taken.ts';

type Asker = Pick<Connection, 'fingerprint' | 'remote'>;

/** Who bears which name. Whoever shows a key keeps a name from everybody else; without one it is kept from others without. */
export interface Naming {
  register(asker: Asker, user: UserName): Promise<Outcome<'register'>>;
  unregister(asker: Asker, user: UserName): Promise<Outcome<'unregister'>>;
  account(user: UserName): Promise<Outcome<'account'>>;
}

export function createNaming(parts: {
  accounts: Accounts;
  sessions: Sessions;
  attendance: Attendance;
  log: Log;
}): Naming {
  const { accounts, sessions, attendance, log } = parts;

  const endAll = async (ended: readonly Session[], reason: string): Promise<void> => {
    await Promise.all(
      ended.map((session) => {
        session.caller?.connection.end(reason);
        return attendance.end(session, reason);
      }),
    );
  };

  return {
    async register({ fingerprint }, user) {
      const known = fingerprint === undefined ? await accounts.holder(user) : undefined;
      const account = known ?? (await accounts.claim(user, fingerprint));
      if (known !== undefined || account.user !== user || account.fingerprint !== fingerprint) {
        throw taken(user, account, fingerprint);
      }
      if (fingerprint !== undefined) {
        const keyless = sessionsOf(sessions, user).filter((session) => session.fingerprint === undefined);
        await endAll(keyless, `the name "${user}" belongs to a key now`);
      }
      return {};
    },

    async unregister({ fingerprint, remote }, user) {
      const account = await accounts.holder(user);
      if (account === undefined) throw new RollcallError('not-found', `nobody goes by the name "${user}" here`);
      if (account.fingerprint !== fingerprint) {
        const { fingerprint: key } = account;
        const holder =
          key === undefined
            ? 'somebody without a key'
            : `the key ${shortId(key)}…, and you show ${fingerprint === undefined ? 'none' : 'another'}`;
        throw new RollcallError('refused', `"${account.user}" belongs to ${holder}: only its holder can free it`);
      }
      const ended = sessionsOf(sessions, user);
      if (fingerprint === undefined && ended.some(({ address }) => address !== remote)) {
        throw new RollcallError('refused', `"${account.user}" is here from another address: disconnect there first`);
      }
      await accounts.release(user);
      log.info({ user: account.user, fingerprint }, 'unregistered');
      await endAll(ended, `the name "${account.user}" was unregistered`);
      return {};
    },

    async account(user) {
      return { user: (await accounts.holder(user))?.user };
    },
  };
}
