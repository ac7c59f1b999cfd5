import type { Brand } from '../../../../base/brand.ts';
import type { ErrorCode } from '../../../../base/errors.ts';
import type { LogEntry, LogLevel } from '../../../../base/logBook.ts';
import type { PeerAddress, PeerState, ResourceKind } from '../../../../base/roll.ts';
import type {
  Connection,
  ConnectTo,
  ContentRow,
  ContentSort,
  DaemonSettings,
  Download,
  Failure,
  PhoneLink,
  PieceBar,
  RateSample,
  RollState,
  Share,
  Upload,
} from '../../../app.ts';

/**
 * What goes over the REST API, as JSON: for the server that sends it and the page that reads it. Sizes are bytes, rates
 * bytes a second, times milliseconds since 1970, names as the roll has them.
 */

/** The same without brands, which JSON does not have. */
type Plain<T> =
  T extends Brand<string, string>
    ? string
    : T extends Brand<number, string>
      ? number
      : T extends readonly (infer Entry)[]
        ? Plain<Entry>[]
        : T extends object
          ? { -readonly [K in keyof T]: Plain<T[K]> }
          : T;

export type FailureBody = Plain<Failure>;
export type ConnectionBody = Plain<Connection>;
export type ConnectToBody = Plain<ConnectTo>;
export type ContentBody = Plain<ContentRow>;
export type ShareBody = Plain<Share>;
export type DownloadBody = Plain<Download>;
export type PieceBarBody = Plain<PieceBar>;
export type UploadBody = Plain<Upload>;
export type RateSampleBody = Plain<RateSample>;
export type SettingsBody = Plain<DaemonSettings>;
export type SettingsChangeBody = { [K in keyof SettingsBody]?: SettingsBody[K] | undefined };
export interface LogEntryBody extends Omit<LogEntry, 'fields'> {
  fields: Record<string, unknown>;
}

/** RFC 9457, with our own code, the exit status that goes with it, and what is wrong with which field. */
export interface ProblemBody {
  type: 'about:blank';
  title: string;
  status: number;
  code: ErrorCode | 'unauthorized' | 'forbidden';
  exit: number;
  detail: string;
  fields?: Record<string, string> | undefined;
  /** Of `ambiguous`: what there is to choose from. */
  choices?: ChoiceBody[] | undefined;
}

export interface ChoiceBody {
  id: string | null;
  size: number | null;
  kind: ResourceKind;
  description: string;
  modified: number;
  owners: (PeerAddress & { user: string })[];
}

export interface StatusBody {
  version: string;
  connection: ConnectionBody;
  /** What the fields of a new connection are filled in with. */
  server: string | null;
  user: string | null;
  roll: { version: number; state: RollState; resources: number; users: number; cut: boolean };
}

export interface TrackerBody {
  host: string;
  port: number;
  name: string;
  fingerprint: string | null;
}

export interface TrackersBody {
  trackers: TrackerBody[];
  /** Looking for them is switched off: none was looked for. */
  off: boolean;
}

export interface UserBody extends PeerAddress {
  user: string;
  state: PeerState;
  resources: number;
  /** null for a program of an older system, which has no heartbeats. */
  udp: 'ok' | 'blocked' | null;
  since: number;
  /** It is this client. */
  self: boolean;
}

export interface ResourcesQuery {
  pattern?: string | undefined;
  owner?: string | undefined;
  sort: ContentSort;
  order: 'up' | 'down';
  offset: number;
  limit: number;
}

export interface ResourcesBody {
  version: number;
  /** Contents that fit, in all. */
  total: number;
  rows: ContentBody[];
}

export interface TermsBody {
  description?: string | undefined;
  /** The only users whom it is shown to; everybody where it is missing or empty. */
  to?: string[] | undefined;
}

export interface NewShareBody extends TermsBody {
  path: string;
  as?: string | undefined;
}

export interface TransfersBody {
  downloads: DownloadBody[];
  uploads: UploadBody[];
}

export interface DownloadWithPiecesBody extends DownloadBody {
  pieces: PieceBarBody | null;
}

/** A name or an id, or both. */
export interface NewDownloadBody {
  name?: string | undefined;
  id?: string | undefined;
  from?: string | undefined;
  /** The file or folder to make, absolute. */
  file?: string | undefined;
  ifExists: 'refuse' | 'rename' | 'overwrite';
}

export interface LogQuery {
  level: LogLevel;
  after?: number | undefined;
  limit: number;
}

/** What is in a folder of this machine, for choosing what to share. */
export interface FolderBody {
  path: string;
  parent: string | null;
  /** Where to start from: the home folder, the share folder, drives. */
  places: { name: string; path: string }[];
  entries: { name: string; path: string; kind: ResourceKind; size: number | null; modified: number | null }[];
  /** True where there are more than are told. */
  cut: boolean;
}

export interface NewLinkBody {
  name?: string | undefined;
  id?: string | undefined;
  from?: string | undefined;
  /** Life. */
  seconds: number;
  /** How often it may be fetched; no end where missing. */
  uses?: number | undefined;
  /** Without encryption. */
  plain: boolean;
}

export interface LinkBody extends Plain<PhoneLink> {
  /** The address as a QR code, row by row: 1 is a dark cell, 0 a light one. */
  qr: string[];
}

/** What the event stream tells, by the name of the event. */
export interface EventBodies {
  connection: ConnectionBody;
  /** The roll changed: what was asked of it before this version is old. */
  roll: { version: number };
  share: ShareBody;
  withdrawn: { name: string };
  download: DownloadBody;
  forgotten: { id: string };
  uploads: { uploads: UploadBody[] };
  rates: RateSampleBody;
  log: { entries: LogEntryBody[]; missed: number };
  settings: SettingsBody;
  /** So many events were lost, since they were not read in time: ask for everything anew. */
  missed: { count: number };
}
