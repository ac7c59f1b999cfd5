import type { StreamState } from '../../../../../web/page/eventStream.ts';
import type {
  ConnectionBody,
  DownloadBody,
  LogEntryBody,
  RateSampleBody,
  SettingsBody,
  ShareBody,
  StatusBody,
  UploadBody,
} from '../../api/bodies.ts';

/** All that the page knows; nothing where it was not told yet. */
export interface State {
  stream: StreamState;
  status: StatusBody | undefined;
  connection: ConnectionBody | undefined;
  /** Of the roll: what was asked before it is old. */
  version: number;
  shares: readonly ShareBody[] | undefined;
  downloads: readonly DownloadBody[] | undefined;
  uploads: readonly UploadBody[];
  /** Oldest first. */
  rates: readonly RateSampleBody[];
  log: LogState;
  settings: SettingsBody | undefined;
  notices: readonly Notice[];
}

export interface LogState {
  /** Oldest first, at most `maxLogEntries`. */
  entries: readonly LogEntryBody[];
  /** Entries that went by too fast to be told. */
  missed: number;
}

/** Something that is said for some seconds, wherever on the page one is. */
export interface Notice {
  number: number;
  tone: 'good' | 'bad' | 'plain';
  text: string;
  /** Where it leads to, and how that is called. */
  to?: { hash: string; text: string } | undefined;
}

/** Entries of the log that are kept here: more nobody scrolls through. */
export const maxLogEntries = 2000;
/** Samples of rates, one a second: what the plot shows. */
export const maxRateSamples = 300;
/** Notices at a time. */
export const maxNotices = 3;

export const initialState: State = {
  stream: 'opening',
  status: undefined,
  connection: undefined,
  version: 0,
  shares: undefined,
  downloads: undefined,
  uploads: [],
  rates: [],
  log: { entries: [], missed: 0 },
  settings: undefined,
  notices: [],
};
