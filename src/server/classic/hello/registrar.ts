import { randomBytes } from 'node:crypto';
import { RollcallError } from '../../../base/errors.ts';
import { instanceId } from '../../../base/ids.ts';
import type { Log } from '../../../base/log.ts';
import { collisionKey, type UserName } from '../../../base/names.ts';
import type { Tracker } from '../../brain/tracker.ts';
import type { Source } from './source.ts';

export interface Registrar {
  /**
   * Puts a source on the roll, in place of what it was there. A name that another source has is its own as long as it
   * answers; a client that was started anew comes from another port, and nobody answers at the old one.
   * @throws RollcallError `name-taken`, `refused` where the name is bound to a key, and what the tracker refuses
   */
  register(source: Source, as: { user: UserName; port: number }): Promise<void>;
}

export function createRegistrar(parts: {
  tracker: Pick<Tracker, 'ask'>;
  /** All there are. */
  sources(): Iterable<Source>;
  log: Log;
}): Registrar {
  const { tracker, sources, log } = parts;

  const connect = (source: Source, { user, port }: { user: UserName; port: number }): Promise<unknown> => {
    const instance = instanceId(randomBytes(16).toString('hex'));
    const presence = { user, instance, port, dialects: ['hello'] as const, agent: 'hello' };
    return tracker.ask(source.caller, { command: 'connect', ...presence });
  };

  const goesBy = ({ caller }: Source, user: UserName): boolean =>
    caller.session?.user !== undefined && collisionKey(caller.session.user) === collisionKey(user);

  return {
    async register(source, as) {
      try {
        await connect(source, as);
        return;
      } catch (error) {
        if (!(error instanceof RollcallError) || error.code !== 'name-taken') throw error;
        const holder = [...sources()].find((other) => other !== source && goesBy(other, as.user));
        if (holder === undefined || (await holder.lives())) throw error;
        log.info({ user: as.user, from: holder.at, to: source.at }, 'a name is taken over: its holder does not answer');
        if (goesBy(holder, as.user)) await tracker.ask(holder.caller, { command: 'disconnect' });
      }
      await connect(source, as);
    },
  };
}
