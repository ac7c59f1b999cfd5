import type { Fingerprint } from '../../base/ids.ts';
import type { UserName } from '../../base/names.ts';

/**
 * Which name is whose. Names that read alike (`collisionKey`) are one name, in the spelling that came first.
 * Asynchronous, since a store that many trackers share may stand behind it.
 */
export interface Accounts extends Disposable {
  /**
   * Binds a name to a key where nobody has it yet, or gives it away without one; in any case returns who has it then.
   * @throws RollcallError `limit` where the key, or the tracker, has all the names it may have
   */
  claim(user: UserName, fingerprint: Fingerprint | undefined): Promise<Account>;
  holder(user: UserName): Promise<Account | undefined>;
  /** Every name of a key. */
  namesOf(fingerprint: Fingerprint): Promise<UserName[]>;
  release(user: UserName): Promise<void>;
  /** Writes, to see whether that works. @throws RollcallError where a name could not be kept now */
  check(): Promise<void>;
}

export interface Account {
  user: UserName;
  /** Missing for a name that was given to somebody who could show no key. */
  fingerprint: Fingerprint | undefined;
}
