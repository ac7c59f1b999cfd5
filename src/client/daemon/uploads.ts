import type { Fingerprint } from '../../base/ids.ts';
import type { UserName } from '../../base/names.ts';
import type { SharedUpload } from '../contract.ts';
import type { LiveRoll } from '../live/liveRoll.ts';
import type { Upload } from './daemon.ts';

/** Says of uploads who fetches, as far as the roll knows whose key that is. */
export function openNaming(roll: Pick<LiveRoll, 'version' | 'users'>): (uploads: readonly SharedUpload[]) => Upload[] {
  let version = -1;
  let users = new Map<Fingerprint, UserName>();
  const userOf = (fingerprint: Fingerprint | null): UserName | null => {
    if (fingerprint === null) return null;
    if (version !== roll.version) {
      version = roll.version;
      users = new Map(roll.users().flatMap((row) => (row.fingerprint ? [[row.fingerprint, row.user]] : [])));
    }
    return users.get(fingerprint) ?? null;
  };
  return (uploads) => uploads.map(({ fingerprint, ...upload }) => ({ ...upload, user: userOf(fingerprint) }));
}
