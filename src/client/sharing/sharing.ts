import type { ContentId, Fingerprint } from '../../base/ids.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type { PartialContent, PassingOn } from '../../base/partialContent.ts';
import type { Announcement } from '../../base/roll.ts';

/** What this peer offers: its library of announced content, kept true to the disk, and the server that hands it out. */
export interface Sharing extends AsyncDisposable {
  /** The real port that the peer server listens on. */
  readonly port: number;
  /**
   * Hashes a file or folder and announces it under its own name or `as`. A name that is shared already is replaced.
   * @throws RollcallError `not-found` where nothing is there, `usage` for what cannot be shared (a FIFO, a hostile name)
   */
  share(path: string, options: ShareOptions): Promise<Announcement>;
  /**
   * Shares each entry of a folder, and keeps up with what is added, changed and removed. Ends with the sharing. Each is
   * told as an event, the first ones too. Hidden entries (names that start with a dot) and what was withdrawn by name
   * are left out.
   * @throws RollcallError `not-found` where nothing is there, `usage` for what is no folder
   */
  shareEntries(folder: string, options: ShareEntriesOptions): Promise<void>;
  /** @throws RollcallError `not-found` */
  withdraw(name: ResourceName): Promise<void>;
  list(): Announcement[];
  /** Who fetches what here at the moment, oldest first. */
  uploads(): SharedUpload[];
  /** From now on so many uploads move bytes at a time. */
  setUploadSlots(slots: number): void;
  /** Hands a content on to others while it is still being fetched, and after that from where it was saved. */
  passOn(content: PartialContent): PassingOn;
  /**
   * To be called before leaving: begins no upload any more, and passes nothing on as far as the roll goes. Resolves once
   * those under way have ended, after a minute at most. @throws the signal's reason
   */
  quiet(signal: AbortSignal): Promise<void>;
}

export interface ShareOptions {
  as?: ResourceName | undefined;
  description?: string | undefined;
  /** The only users whom it is listed for; everybody where it is missing. */
  to?: readonly UserName[] | undefined;
  signal?: AbortSignal | undefined;
  /** Bytes hashed so far; a folder's files count together. */
  onProgress?: ((bytes: number, size: number) => void) | undefined;
}

export interface ShareEntriesOptions extends Omit<ShareOptions, 'as'> {
  /** Entries to leave out, as if they had been withdrawn by name. */
  without?: readonly ResourceName[] | undefined;
}

/** What somebody fetches here: all that he asks of one content, within seconds of one another, together. */
export interface SharedUpload {
  /** Tells it from all others of this run. */
  id: string;
  /** What it is shared as; nothing of what is only passed on. */
  name: ResourceName | null;
  content: ContentId;
  /** Nothing of somebody who came by a link, or by an older system's program. */
  fingerprint: Fingerprint | null;
  address: string;
  /** That he took. */
  bytes: number;
  size: number;
  /** Bytes a second, over the last seconds. */
  rate: number;
  /** Milliseconds since 1970. */
  since: number;
}

/** What happens to what is shared without having been asked for. */
export type SharingEvent =
  | { event: 'announced'; resource: Announcement }
  | { event: 'withdrawn'; name: ResourceName; why: string }
  /** An entry of a shared folder that cannot be shared, and why. */
  | { event: 'skipped'; path: string; why: string };

/** What sharing needs of the tracker's session. */
export interface Roll {
  announce(resources: readonly Announcement[]): Promise<void>;
  withdraw(names: readonly ResourceName[]): Promise<void>;
  /** The contents of which this peer has pieces to hand on, in place of those that were told before. */
  partial(ids: readonly ContentId[]): Promise<void>;
}

/** Whose tickets to take: the tracker that this peer has joined; nothing while it never has. */
export type TicketIssuer = () =>
  | {
      fingerprint: Fingerprint;
      /** SPKI in DER. */
      publicKey: Uint8Array;
      /** The tracker's wall clock minus ours, milliseconds. */
      clockOffsetMs: number;
    }
  | undefined;
