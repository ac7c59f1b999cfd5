import type { ContentId, Fingerprint } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { ResourceName, UserName } from '../base/names.ts';
import type {
  Announcement,
  Choice,
  FindRequest,
  Owner,
  ResourceKind,
  ResourceRow,
  UnverifiedChoice,
  UserRow,
} from '../base/roll.ts';
import type { Download, DownloadProgress, DownloadRequest } from './download/request.ts';
import type { UnverifiedDownload, UnverifiedProgress } from './download/unverified.ts';
import type { RollFeed } from './live/liveRoll.ts';
import type { Stamp } from './session/session.ts';
import type { SharedUpload, ShareEntriesOptions, ShareOptions, SharingEvent } from './sharing/sharing.ts';

/** What a face sees of a client; `app.ts` gives one. */

export type { BrowseOptions as DiscoverOptions, FoundTracker } from '../net/discovery/discovery.ts';
export type { UnverifiedDownload as SavedUnverified } from './download/unverified.ts';
export type { SharedUpload, ShareEntriesOptions, ShareOptions } from './sharing/sharing.ts';

/** What a download came to: told apart by `id`, which is null where nobody could verify what was saved. */
export type Saved = Download | UnverifiedDownload;

export interface VisitorOptions {
  server: { host: string; port: number };
  /** Whom to act as; a visitor may go by no name. */
  user?: UserName | undefined;
  /** The folder with the key and what is remembered. */
  home: string;
  /** Where downloads go that were given no place of their own. */
  downloads: string;
  traffic: Traffic;
  /** What each operation is stamped with; nothing where it is missing. */
  stamp?: Stamp | undefined;
  log: Log;
  signal: AbortSignal;
  onEvent?: ((event: AppEvent) => void) | undefined;
}

/** What a client takes of the network. */
export interface Traffic {
  /** Bytes a second, of all uploads and of all downloads together; no limit where it is missing. */
  limitUp?: number | undefined;
  limitDown?: number | undefined;
  /** Uploads that move bytes at a time. */
  uploadSlots: number;
  /** Owners that one download fetches from at a time. */
  maxOwners: number;
}

/** How somebody who only fetches serves others meanwhile. */
export interface Seeding {
  /** 0 lets the system choose. */
  peerPort: number;
  /** Milliseconds to go on after the end; then until the last request ends. */
  forMs: number;
}

export interface GuestOptions extends VisitorOptions {
  /** Nobody is served where it is missing. */
  seeding?: Seeding | undefined;
}

export interface ParticipantOptions extends VisitorOptions {
  user: UserName;
  /** 0 lets the system choose. */
  peerPort: number;
  /**
   * Hands what is announced to everybody out to peers of older systems as well, without encryption and without tickets.
   */
  classic?: boolean | undefined;
  /** Answers nobody in plain HTTP, not even by links that were made for it. */
  refusePlain?: boolean | undefined;
  /** The address to serve at; every address of the machine where it is missing. */
  host?: string | undefined;
  /** Told of every change on the roll, and when the tracker comes and goes; where it is missing, the tracker is not asked. */
  live?: RollFeed | undefined;
}

export interface DiagnoseOptions extends VisitorOptions {
  peerPort: number;
}

export interface HashOptions {
  home: string;
  log: Log;
  signal: AbortSignal;
  onProgress?: ((bytes: number, size: number) => void) | undefined;
}

export interface Hashed {
  path: string;
  id: ContentId;
  size: number;
  kind: ResourceKind;
}

export interface Visitor extends AsyncDisposable {
  readonly tracker: { host: string; port: number; fingerprint: Fingerprint };
  /** Every row, page by page. */
  find(query: Pick<FindRequest, 'pattern' | 'owner'>): AsyncIterable<ResourceRow>;
  users(): AsyncIterable<UserRow>;
  /**
   * What goes by a name or an id: contents, and what nobody can verify, each owner's file a choice of its own. With
   * `link` the tickets are for links on these terms.
   * @throws RollcallError `not-found` where there is neither, `refused` where the tracker does not know such terms
   */
  located(wanted: WantedResource, link?: LinkTerms): Promise<Found>;
  /** Fetches one content: from `first` where it can be had there, else from its other owners. */
  download(choice: Choice, first: Owner, options: DownloadOptions): Promise<Download>;
  /** Fetches a file that nobody can verify, from the one owner whose it is. Nothing of it is resumed. */
  downloadUnverified(choice: UnverifiedChoice, options: UnverifiedOptions): Promise<UnverifiedDownload>;
  /**
   * An address where other programs get a content from one owner, on the terms that the choice was located with. Asks
   * the owner, so it is there. @throws RollcallError `unreachable`
   */
  link(choice: Choice, owner: Owner): Promise<ContentLink>;
  /**
   * The same for a browser: an address short enough for a QR code, of a page with a download button.
   * @throws RollcallError `unreachable`, `refused` where the owner gives none, `usage` for a folder
   */
  phoneLink(choice: Choice, owner: Owner): Promise<ContentLink>;
  /**
   * A Metalink (RFC 5854) of a file at all of its owners, `first` at their head, chunk by chunk. Its hashes come from an
   * owner and are checked against the id. @throws RollcallError what the last owner failed with
   */
  metalink(choice: Choice, first: Owner): Promise<Iterable<string>>;
  /** Whether anybody has a name at all. */
  isRegistered(user: UserName): Promise<boolean>;
  /** Frees a name of this key. */
  unregister(user: UserName): Promise<void>;
}

export type WantedResource = { name: ResourceName } | { id: ContentId };

export interface Found {
  choices: Choice[];
  unverified: UnverifiedChoice[];
}

/** A visitor that serves others what it fetches, if it was told to, and leaves when that is done. */
export interface Guest extends Visitor {
  /**
   * Resolves once the time for serving others is over and what is being sent then is sent, within a minute; at once where nothing is
   * served. @throws the signal's reason
   */
  seeded(signal: AbortSignal): Promise<void>;
}

export interface LinkTerms {
  /** Life, 60 to 86,400. */
  seconds: number;
  /** How often the content may be fetched, 1 to 1,000; no end where missing. */
  uses?: number | undefined;
  /** Without encryption too: the address is one of plain HTTP. */
  plain?: boolean | undefined;
}

export interface ContentLink {
  url: string;
  owner: UserName;
  /** When the ticket in it ends, milliseconds since 1970 by the tracker's clock. */
  expires: number;
  /** How often the content may be fetched; null: no end. */
  uses: number | null;
  /** True where the address is one of plain HTTP. */
  plain: boolean;
  /** The owner's key as curl and HPKP write it: base64 of SHA-256 over its SPKI. */
  pin: string;
}

/** A visitor that is a peer as well: it serves what it shares, and stays on the roll until it is disposed of. */
export interface Participant extends Visitor {
  readonly user: UserName;
  /** The real port that it serves on. */
  readonly port: number;
  /** Announces a file or folder as itself. */
  share(path: string, options: ShareOptions): Promise<Announcement>;
  /** Announces each entry of a folder, and keeps up with it. */
  shareEntries(folder: string, options: ShareEntriesOptions): Promise<void>;
  withdraw(name: ResourceName): Promise<void>;
  shared(): Announcement[];
  /** Who fetches what here at the moment, oldest first. */
  uploads(): SharedUpload[];
  /** Bytes of content that went out and came in since it was opened. */
  moved(): { up: number; down: number };
  /** Takes effect at once; owners and folder with the next download. */
  configure(change: TrafficChange): void;
}

/** What of a participant may change while it lives; what is missing stays as it is. */
export interface TrafficChange {
  /** Bytes a second; null: no limit. */
  limitUp?: number | null | undefined;
  limitDown?: number | null | undefined;
  uploadSlots?: number | undefined;
  maxOwners?: number | undefined;
  /** Absolute. */
  downloads?: string | undefined;
}

export interface DownloadOptions {
  /** The file or folder to make; where missing, `downloaded_<owner>_<name>` in the downloads folder. */
  file?: string | undefined;
  ifExists: DownloadRequest['ifExists'];
  /** Every owner is busy, and in this one's line we have that place, from 1. */
  onWaiting?: DownloadRequest['onWaiting'];
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Gives a look at its pieces and at who sends them, as soon as they are known. */
  onView?: DownloadRequest['onView'];
  signal: AbortSignal;
}

export interface UnverifiedOptions extends Pick<DownloadOptions, 'file' | 'ifExists' | 'signal'> {
  onProgress?: ((progress: UnverifiedProgress) => void) | undefined;
}

/** What a participant tells of itself while it lives. */
export type AppEvent =
  /** A tracker was met for the first time; from now on only this key is taken for it. */
  | { event: 'pinned'; server: string; fingerprint: Fingerprint }
  | { event: 'joined'; again: boolean; reachable: boolean; reason?: string | undefined }
  | { event: 'lost'; why: string; retryMs: number }
  | { event: 'reach'; reachable: boolean; reason?: string | undefined }
  /** Off the tracker for good: its name was freed, or is somebody else's now. */
  | { event: 'ended'; reason: string }
  | SharingEvent;

/** One thing that was looked at, and what to do where it is not in order. */
export interface Finding {
  check: 'tracker-tcp' | 'tracker-udp' | 'peer-port' | 'clock' | 'disk';
  ok: boolean;
  /** What was found. */
  detail: string;
  /** What to do about it. */
  remedy?: string | undefined;
}
