import { fingerprint, instanceId } from '../../../src/base/ids.ts';
import { type Session, Sessions } from '../../../src/server/brain/sessions.ts';

/** So many sessions without a name, which can be reached; `of` says each one's address, and its key: hex, repeated. */
export function reachedSessions(count: number, of: (at: number) => { key: string; address: string }): Session[] {
  const sessions = new Sessions(1, count);
  return Array.from({ length: count }, (_, at) => {
    const { key, address } = of(at);
    const instance = instanceId(at.toString(16).padStart(32, '0'));
    const session = sessions.add({
      user: undefined,
      fingerprint: fingerprint(key.repeat(64).slice(0, 64)),
      instance,
      since: 0,
      address,
    });
    session.port = 4000;
    session.reach = { reachable: true };
    return session;
  });
}
