import type { ErrorCode } from '../../base/errors.ts';
import type { ContentId, Fingerprint } from '../../base/ids.ts';
import type { LogBook, LogEntry } from '../../base/logBook.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type { ResourceKind } from '../../base/roll.ts';
import type { Traffic } from '../contract.ts';
import type { LiveRoll } from '../live/liveRoll.ts';
import type { Download, Transfers } from '../transfers/transfers.ts';

/**
 * A client that stays: it connects to a tracker and leaves it again, keeps what it shares and fetches over that and over
 * restarts, and tells all that happens. Pages and scripts drive it.
 */
export interface Daemon extends AsyncDisposable {
  readonly connection: Connection;
  /**
   * Leaves the tracker that it is at, joins this one, and shares again what it shared. From then on it mends itself.
   * @throws RollcallError `unreachable`, `key-changed`, `name-taken`, `usage` where the peer port is taken, `refused`
   */
  connect(to: ConnectTo): Promise<void>;
  /** Leaves; downloads under way are paused. */
  disconnect(): Promise<void>;
  readonly roll: LiveRoll;
  readonly transfers: Transfers;
  readonly log: LogBook;
  uploads(): Upload[];
  /** One a second, the last minutes of them, oldest first. */
  rates(): readonly RateSample[];
  shares(): Share[];
  /**
   * Shares a file or folder from now on, over restarts too. Returns once it is known to be there; hashing goes on.
   * @throws RollcallError `not-found`, `usage`, `exists` where another path goes by that name already
   */
  share(path: string, terms: ShareTerms): Promise<Share>;
  /** @throws RollcallError `not-found` */
  withdraw(name: ResourceName): Promise<void>;
  readonly drops: Drops;
  settings(): DaemonSettings;
  /** Takes effect at once, and stands in config.toml from then on. @throws RollcallError `usage` that names what is wrong: then nothing changes */
  configure(change: SettingsChange): Promise<DaemonSettings>;
  /** An address where a browser finds a file. @throws RollcallError `not-found`, `ambiguous`, `usage`, `unreachable` */
  link(wanted: WantedLink): Promise<PhoneLink>;
  /** What time it is by the date service that stamps what is asked. */
  date(): Promise<{ date: string; source: string }>;
  watch(told: (event: DaemonEvent) => void): Disposable;
}

export interface ConnectTo {
  /** HOST[:PORT]. */
  server: string;
  user: string;
  /** 0 lets the system choose; where missing, as the settings say. */
  peerPort?: number | undefined;
}

export type Connection =
  /** Neither here nor on the way; `error` says why where it should be. */
  | { state: 'offline'; error?: Failure | undefined }
  | { state: 'connecting'; server: string; user: UserName }
  | {
      state: 'online';
      server: string;
      user: UserName;
      fingerprint: Fingerprint;
      /** Where this peer serves. */
      port: number;
      reachable: boolean;
      /** Why it is not. */
      reason?: string | undefined;
      /** Milliseconds since 1970. */
      since: number;
    }
  /** The tracker is away; it is tried again by itself. */
  | { state: 'lost'; server: string; user: UserName; port: number; why: string; retryAt: number };

export interface Failure {
  code: ErrorCode;
  message: string;
}

export interface ShareTerms {
  /** Where missing, the name of the path. */
  as?: ResourceName | undefined;
  description?: string | undefined;
  /** The only users whom it is listed for; everybody where it is missing or empty. */
  to?: readonly UserName[] | undefined;
}

/** `waiting`: for a tracker. */
export const shareStates = ['waiting', 'hashing', 'shared', 'failed'] as const;
export type ShareState = (typeof shareStates)[number];

export interface Share {
  name: ResourceName;
  path: string;
  state: ShareState;
  kind: ResourceKind | null;
  id: ContentId | null;
  size: number | null;
  description: string;
  to: UserName[];
  /** Bytes that are hashed, and that there are; nothing where it does not hash. */
  hashing: { bytes: number; size: number } | null;
  error: Failure | null;
  /** Milliseconds since 1970. */
  sharedAt: number;
}

/** Files that come over a page: they are put in the share folder and shared once all of them are there, or never. */
export interface Drops extends AsyncDisposable {
  open(): Promise<string>;
  /**
   * Takes one file; `path` is where it is among those that were dropped together, as `photos/1.jpg`.
   * @throws RollcallError `usage` for a bad path, `exists`, `no-space`, `not-found` for a drop that is none, and what `bytes` throws:
   * then nothing of this file is kept
   */
  put(drop: string, path: string, bytes: AsyncIterable<Uint8Array>, size: number | undefined): Promise<void>;
  /** Moves what came into the share folder, beside what is there, and shares each entry. @throws RollcallError `not-found`, `usage` */
  publish(drop: string, terms: Omit<ShareTerms, 'as'>): Promise<Share[]>;
  discard(drop: string): Promise<void>;
}

export interface Upload {
  id: string;
  name: ResourceName | null;
  content: ContentId;
  /** Who fetches it, where the roll says whose key that is. */
  user: UserName | null;
  address: string;
  /** Sent so far. */
  bytes: number;
  size: number;
  rate: number;
  since: number;
}

/** Bytes a second at one moment. */
export interface RateSample {
  at: number;
  up: number;
  down: number;
}

export interface DaemonSettings extends Omit<Traffic, 'limitUp' | 'limitDown'> {
  /** Bytes a second; null: no limit. */
  limitUp: number | null;
  limitDown: number | null;
  /** Downloads that run at a time. */
  downloadSlots: number;
  /** Absolute. */
  downloads: string;
  /** Where dropped files go; absolute. */
  shareFolder: string;
  /** For the next connection; 0 lets the system choose. */
  peerPort: number;
}

export type SettingsChange = { [K in keyof DaemonSettings]?: DaemonSettings[K] | undefined };

export interface WantedLink {
  name?: ResourceName | undefined;
  id?: ContentId | undefined;
  from?: UserName | undefined;
  /** Life, 60 to 86,400. */
  seconds: number;
  /** How often it may be fetched; no end where missing. */
  uses?: number | undefined;
  /** Without encryption. */
  plain: boolean;
}

export interface PhoneLink {
  url: string;
  owner: UserName;
  name: ResourceName;
  size: number;
  /** Milliseconds since 1970. */
  expires: number;
  uses: number | null;
}

export type DaemonEvent =
  | { event: 'connection'; connection: Connection }
  | { event: 'roll'; version: number }
  | { event: 'share'; share: Share }
  | { event: 'withdrawn'; name: ResourceName }
  | { event: 'download'; download: Download }
  | { event: 'forgotten'; id: string }
  | { event: 'uploads'; uploads: Upload[] }
  | { event: 'rates'; sample: RateSample }
  | { event: 'log'; entry: LogEntry }
  | { event: 'settings'; settings: DaemonSettings };
