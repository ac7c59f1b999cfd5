import type { ErrorCode } from '../../base/errors.ts';
import type { ContentId } from '../../base/ids.ts';
import type { ResourceName, UserName } from '../../base/names.ts';
import type { ResourceKind } from '../../base/roll.ts';

/**
 * Downloads that were asked for, in a list that a person works with: what runs, what waits, what is done; kept over
 * restarts. Sizes are bytes, rates bytes a second, times milliseconds since 1970.
 */
export interface Transfers extends AsyncDisposable {
  list(): Download[];
  /** @throws RollcallError `not-found` */
  get(id: string): Download;
  /**
   * Looks for it and puts it in the list: from `from` where that is said, else from all owners of that content.
   * @throws RollcallError `not-found`, `ambiguous` (an AmbiguousError with choices), `unreachable`
   */
  add(wanted: WantedDownload): Promise<Download>;
  /** Stops one that runs or waits, and keeps what has come. @throws RollcallError `not-found`, `usage` where it does neither */
  pause(id: string): void;
  /** Goes on with one that is paused, failed or cancelled, from what has come. @throws RollcallError `not-found`, `usage` */
  resume(id: string): void;
  /** Stops it, and removes what has come. @throws RollcallError `not-found`, `usage` where it is done */
  cancel(id: string): Promise<void>;
  /** Takes one that neither runs nor waits off the list. What was saved stays. @throws RollcallError `not-found`, `usage` */
  forget(id: string): void;
  /** How much of each part of it has come; nothing where it neither runs nor ran since this start. @throws RollcallError `not-found` */
  pieces(id: string): PieceBar | undefined;
  watch(told: (event: TransferEvent) => void): Disposable;
}

export type TransferEvent = { event: 'download'; download: Download } | { event: 'forgotten'; id: string };

export interface WantedDownload {
  name?: ResourceName | undefined;
  /** Either may be missing, not both. */
  id?: ContentId | undefined;
  /** Whom to ask first, and after whom it is named; where it is missing, the first owner. */
  from?: UserName | undefined;
  /** The file or folder to make, absolute; where missing, `downloaded_<owner>_<name>` in the downloads folder. */
  file?: string | undefined;
  ifExists?: 'refuse' | 'rename' | 'overwrite' | undefined;
}

/** `queued`: others run, and it waits for a place. */
export const downloadStates = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled'] as const;
export type DownloadState = (typeof downloadStates)[number];

export interface Download {
  id: string;
  name: ResourceName;
  /** Nothing of a file that nobody can verify. */
  content: ContentId | null;
  kind: ResourceKind;
  size: number | null;
  /** Verified so far; where nobody can verify, those that have come. */
  bytes: number;
  state: DownloadState;
  /** Over the last seconds; 0 where it does not run. */
  rate: number;
  secondsLeft: number | null;
  /** Whose name it is saved after. */
  from: UserName;
  /** Who has sent bytes since this start, most first: a user's name, or host:port of somebody without one. */
  owners: { owner: string; bytes: number; rate: number }[];
  /** Every owner is busy, and in this one's line we have that place. */
  waiting: { owner: string; place: number } | null;
  /** Where it was saved; nothing before it is done. */
  path: string | null;
  error: { code: ErrorCode; message: string } | null;
  addedAt: number;
  endedAt: number | null;
  /** Seconds that it ran, over all its starts. */
  seconds: number;
}

/** How much of a content is here, cell by cell from its beginning to its end: 0 to 100 each. */
export interface PieceBar {
  pieces: number;
  have: number;
  cells: number[];
}
