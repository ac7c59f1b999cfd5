import type { ContentId } from '../../base/ids.ts';
import type { ResourceName } from '../../base/names.ts';
import type { Owner, PeerAddress, ResourceKind } from '../../base/roll.ts';

/** What to fetch, where to put it, and whom to ask. */
export interface DownloadRequest {
  id: ContentId;
  /** As the owners state it; what is saved is checked against `id`. */
  size: number;
  kind: ResourceKind;
  name: ResourceName;
  /** The first is asked first; the others when it fails. */
  owners: readonly Owner[];
  /** Asks the roll anew for owners of the same content, with fresh tickets. May fail, or give none. */
  moreOwners(): Promise<readonly Owner[]>;
  /** Tells the tracker that this owner could not be reached. Never fails. */
  report(owner: PeerAddress): void;
  /** The file or folder to make. */
  target: string;
  /** What to do where the target exists: `rename` finds `name (2).ext`. */
  ifExists: 'refuse' | 'rename' | 'overwrite';
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
  signal: AbortSignal;
}

export interface DownloadProgress {
  /** Verified so far, with what was there from an earlier start. */
  bytes: number;
  size: number;
  /** Of `bytes`, those that an earlier start had fetched. */
  resumedBytes: number;
}

export interface Download {
  /** Where it was saved. */
  path: string;
  bytes: number;
  id: ContentId;
  /** The users whose bytes are in it, most bytes first; nobody for what was whole on disk already. */
  from: string[];
  /** From the start of this call, seconds. */
  seconds: number;
}
