import { join } from 'node:path';
import { RollcallError } from '../base/errors.ts';
import { makeFolders } from '../base/makeFolders.ts';
import { type Identity, loadIdentity } from '../net/identity/identity.ts';

/** The folder that holds what a client is and remembers. */
export interface Home {
  identity: Identity;
  /** Trackers by the key that they first showed. */
  knownTrackers: string;
  /** Content ids of files that were hashed before. */
  hashCache: string;
  /** Links to what is shared: where they lead, and how often they were used. */
  links: string;
}

export const hashCacheIn = (folder: string): string => join(folder, 'hashes.db');

/** Makes the folder and the identity in it at the first start. */
export async function openHome(folder: string): Promise<Home> {
  try {
    await makeFolders(folder, 0o700);
  } catch (cause) {
    throw new RollcallError(
      'usage',
      `the home folder ${folder} cannot be made: ${(cause as Error).message}. Choose another with --home`,
      { cause },
    );
  }
  return {
    identity: await loadIdentity(folder),
    knownTrackers: join(folder, 'known_trackers'),
    hashCache: hashCacheIn(folder),
    links: join(folder, 'links.db'),
  };
}
