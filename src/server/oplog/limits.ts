import { KiB } from '../../base/sizes.ts';

/** Every limit of the operations log's client: what it is, its unit, and why it is that. */

/**
 * Calls that may be without an answer: a log server that syncs its disk for milliseconds then does so for all of them. As
 * long as they can be, they are 1.2 MB.
 */
export const maxUnanswered = 256;
/** Rows of the trail that are read in one go; each may be a hundred calls. */
export const readRows = 64;

/** Milliseconds to reach the log server, and then to the next answer: it may be waiting for a slow disk. */
export const answerMs = 10_000;
/** Milliseconds to the first try after a failure; twice as many to each one after it, up to the longest. */
export const firstBackoffMs = 100;
export const longestBackoffMs = 5000;
/** Part of them by which they vary, so that trackers do not all come at once. */
export const backoffJitter = 0.2;
/** Milliseconds that the last calls have at the end. What is not answered then is sent when the tracker starts again. */
export const lastCallsMs = 1000;

/** Longest parameter, bytes: every name and pattern fits. */
export const maxParameterBytes: number = 4 * KiB;
