import { RollcallError } from '../../base/errors.ts';
import { type Fingerprint, shortId } from '../../base/ids.ts';
import type { UserName } from '../../base/names.ts';

/** What somebody is told who asks for a name that is bound to another key, or spelled otherwise. */
export function taken(
  user: UserName,
  holder: { user: UserName; fingerprint: Fingerprint | undefined },
  fingerprint: Fingerprint | undefined,
): RollcallError {
  if (holder.fingerprint === undefined) {
    return new RollcallError(
      'name-taken',
      `"${user}" was given to somebody who shows no key${holder.user === user ? '' : ` as "${holder.user}"`}: choose another name, or have its holder send UNREGISTER`,
    );
  }
  if (holder.fingerprint === fingerprint) {
    return new RollcallError('name-taken', `"${user}" reads like your name "${holder.user}": use that spelling`);
  }
  return new RollcallError(
    'name-taken',
    `"${user}" is taken by the key ${shortId(holder.fingerprint)}…${holder.user === user ? '' : ` as "${holder.user}"`}: ` +
      'choose another name, or have its holder free it with "rollcall unregister"',
  );
}
