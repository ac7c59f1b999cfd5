import { randomBytes } from 'node:crypto';
import { RollcallError } from '../../../base/errors.ts';
import { instanceId } from '../../../base/ids.ts';
import { collisionKey, type UserName } from '../../../base/names.ts';
import type { ClassicParts } from './parts.ts';
import { Presence } from './presence.ts';

/** Who is here in the dialect of fields, by name: its connections last no longer than a request. */
export interface Presences {
  get(user: UserName): Presence | undefined;
  /** `stamp` is when the asker says that it asked. @throws RollcallError `name-taken` where the name is here already, or what the tracker refuses */
  open(who: { user: UserName; remote: string; local: string; port: number }, stamp: string): Promise<void>;
}

export function createPresences(parts: ClassicParts): Presences {
  const presences = new Map<string, Presence>();
  return {
    get: (user) => presences.get(collisionKey(user)),
    async open(who, stamp) {
      const key = collisionKey(who.user);
      if (presences.has(key)) throw new RollcallError('name-taken', `"${who.user}" is here already`);
      const forget = (): void => {
        if (presences.get(key) === presence) presences.delete(key);
      };
      const presence: Presence = new Presence(who, parts, forget);
      // Before the tracker is asked, so that of two at once one is refused.
      presences.set(key, presence);
      const { user, port } = who;
      const instance = instanceId(randomBytes(16).toString('hex'));
      const { dialect } = presence;
      try {
        const asked = { command: 'connect', user, instance, port, dialects: [dialect], agent: dialect } as const;
        await parts.tracker.ask(presence.caller, asked, stamp);
      } catch (error) {
        forget();
        throw error;
      }
    },
  };
}
