import type { PieceRun } from '../../base/layout.ts';
import type { Download, WantedDownload } from './transfers.ts';

/** What the list needs of a client that is at a tracker. */
export interface Source {
  /**
   * Settles on one thing, and on where it goes.
   * @throws RollcallError `not-found`, `ambiguous`, `unreachable`, `usage` for a place where it must not go
   */
  locate(wanted: WantedDownload): Promise<Fetchable>;
  /**
   * Looks anew for what was settled on before: at its owner, or at another who has the very same.
   * @throws RollcallError `not-found`, `unreachable`
   */
  locateAgain(known: Known): Promise<Fetchable>;
}

/** What a download is of, and where it goes. */
export interface Known extends Pick<Download, 'name' | 'content' | 'kind' | 'size' | 'from'> {
  /** The file or folder to make, absolute. */
  file: string;
}

/** Something that can be fetched now, as long as the client that found it stays where it is. */
export interface Fetchable extends Known {
  /**
   * Fetches it from what an earlier start left, and publishes it whole or not at all; where nobody can verify it, anew.
   * @throws RollcallError as a download does; `interrupted` where it was stopped
   */
  fetch(how: Fetching): Promise<{ path: string; bytes: number }>;
}

export interface Fetching {
  ifExists: NonNullable<WantedDownload['ifExists']>;
  /** `resumedBytes`: of `bytes`, those that an earlier start had fetched. */
  onProgress(progress: { bytes: number; size: number | null; resumedBytes: number }): void;
  /** Every owner is busy, and in this one's line we have that place, from 1. */
  onWaiting(owner: string, place: number): void;
  /** Called once where the content can be verified, as soon as there is something to see. */
  onView(view: View): void;
  signal: AbortSignal;
}

/** Looks at a download under way; may be asked at any time, after its end too. */
export interface View {
  pieces(): { count: number; runs: readonly PieceRun[] };
  from(): { owner: string; bytes: number }[];
}

/** What a download that was stopped has left beside the file that it was to make. */
export interface Remains extends Pick<Known, 'kind' | 'file'> {
  content: NonNullable<Known['content']>;
  size: number;
}
