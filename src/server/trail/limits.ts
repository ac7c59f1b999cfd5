import { MiB } from '../../base/sizes.ts';

/** Every limit of the audit trail: what it is, its unit, and why it is that. */

/** Rows that are kept, whatever their age: years of a busy LAN, and still searched from end to end in seconds. */
export const maxRows = 5_000_000;
/** Bytes of the file: far more than as many ordinary rows take, and no flood of long names fills the disk. */
export const maxTrailBytes: number = 2048 * MiB;
/** Part of `maxTrailBytes` from which on the oldest rows go: the rest is room for what comes between two looks. */
export const roomyPart = 0.9;

/** Names that a row keeps: as many as one announcement of the native protocol has at most. */
export const maxRowNames = 100;
/** Names that one line of the log shows. */
export const maxLoggedNames = 10;

/** Rows that wait in memory while the file cannot be written, about 20 MB of them; what comes then is lost and counted. */
export const maxWaitingRows = 50_000;
/** Rows that are written in one go, so that the tracker stands still for milliseconds at most. */
export const maxWrittenRows = 1000;
/** Milliseconds to the next try to write, where one failed. */
export const writeAgainMs = 1000;

/** Milliseconds between two looks at what is too old. */
export const pruneMs = 60_000;
/** Rows that one look removes; it takes milliseconds. */
export const maxPrunedRows = 1000;
/** Milliseconds to the next look where there was more than that to remove: 10,000 rows a second, faster than they come. */
export const pruneOnMs = 100;

/** Milliseconds to wait at the start where another process has the file locked. */
export const lockedMs = 1000;

/** Rows that are read in one go to be shown. */
export const shownRows = 1000;
/** Names of one row that a person is shown. */
export const maxShownNames = 3;
