/** Milliseconds to open an encrypted link: a LAN answers in a few; past it nobody is there. */
export const dialMs = 5000;

/** Milliseconds that a call may take, with the wait for a link that is being mended: as long as a person waits. */
export const callMs = 10_000;

/** Milliseconds for the answer to `ping` on a link that has been silent; past it the link is taken for half-open. */
export const pingMs = 5000;

/** Milliseconds to register over a link from before a suspend: the tracker may take three to dial the peer port back. */
export const wakeMs = 5000;

/** Milliseconds for the tracker to hear goodbye, so that leaving never hangs. */
export const goodbyeMs = 1000;

/** Milliseconds over which clients spread their first try, so that they do not storm a tracker that has restarted. */
export const firstSpreadMs = 2000;

/** Milliseconds within which the first backoff waits; doubled with each failure. */
export const backoffMs = 1000;

/** Milliseconds that one backoff waits at most. */
export const maxBackoffMs = 30_000;

/** Milliseconds between looks at the clock and at the silence of the link. */
export const watchMs = 1000;

/** Milliseconds by which wall and monotonic clock may part between two looks, before it counts as a suspend. */
export const wakeGapMs = 5000;

/** Share of a heartbeat's interval by which it is spread, so that clients do not beat in step. */
export const beatJitter = 0.1;

/** Every how many beats an answer is asked for: twice within the silence that ends a session, by the defaults. */
export const answerEvery = 3;

/** Bytes of a line that are not an item of its batch: the envelope, the method, the longest id. */
export const envelopeBytes = 256;

/** Calls that wait for an answer at once on one link; past it somebody calls in a loop. */
export const maxPending = 1000;

/** Bytes of answers that may wait in a link's queue before a tracker that asks and does not read is cut off. */
export const maxQueuedBytes = 1_048_576;

/** Pages of one list: with full pages two million rows, and an end to a tracker that never ends. */
export const maxPages = 10_000;

/** Owners that one question brings, in all: several for each session of a full tracker, 200 MB with the longest tickets. */
export const maxOwners = 50_000;
