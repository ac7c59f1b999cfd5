import type { ContentId } from '../../base/ids.ts';
import type { PieceRun } from '../../base/layout.ts';
import type { ResourceName } from '../../base/names.ts';
import type { Owner, PartialOwner, PeerAddress, ResourceKind } from '../../base/roll.ts';

/** What to fetch, where to put it, and whom to ask. */
export interface DownloadRequest {
  id: ContentId;
  /** As the owners state it; what is saved is checked against `id`. */
  size: number;
  kind: ResourceKind;
  name: ResourceName;
  /** Whom the roll names now. The first one is the one that the user chose. */
  owners: Owners;
  /** Asks the roll anew for owners of the same content, with fresh tickets. May fail, or give none. */
  moreOwners(): Promise<Owners>;
  /** Calls `changed` when the roll has news of the owners, until disposed of. May never call. */
  watchOwners(changed: () => void): Disposable;
  /** Most owners to fetch from at once; 1 or more. */
  maxOwners: number;
  /** Tells the tracker that this owner could not be reached. Never fails. */
  report(owner: PeerAddress): void;
  /** The file or folder to make. */
  target: string;
  /** What to do where the target exists: `rename` finds `name (2).ext`. */
  ifExists: 'refuse' | 'rename' | 'overwrite';
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Every owner is busy, and in this one's line we have that place, from 1; a person may want to know. */
  onWaiting?: ((owner: string, place: number) => void) | undefined;
  /** Gives somebody a look at it while it goes on: called once, when the pieces are known and before any is fetched. */
  onView?: ((view: DownloadView) => void) | undefined;
  signal: AbortSignal;
}

/** Looks at a download when it is asked; its last answers hold after the end. */
export interface DownloadView {
  /** How many there are, and which are verified and written; with those of an earlier start. */
  pieces(): { count: number; runs: readonly PieceRun[] };
  /** Who has sent how much since this start, most first. */
  from(): BytesFrom[];
}

export interface BytesFrom {
  /** A user's name, or host:port of somebody without one. */
  owner: string;
  bytes: number;
}

export interface Owners {
  whole: readonly Owner[];
  partial: readonly PartialOwner[];
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
  /** The users whose bytes are in it, most bytes first, one without a name as host:port; nobody for what was on disk already. */
  from: string[];
  /** From the start of this call, seconds. */
  seconds: number;
}
