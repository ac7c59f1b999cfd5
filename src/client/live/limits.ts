/** Rows that are kept, one name at one owner each: some 100 MB. More than a LAN shares; a tracker takes a million. */
export const maxLiveRows = 200_000;
/** Share of it that has to be free before what did not fit is asked for again. */
export const roomAgain = 0.9;
/** Milliseconds between two words that something changed: the tracker gathers what it tells for as long. */
export const liveGapMs = 100;
/** Milliseconds between the beginnings of two lists, so that a storm of changes does not become one of questions. */
export const listGapMs = 1000;
/** Milliseconds within which a list that failed is asked for again; doubled with each failure, up to the second. */
export const listRetryMs = 2000;
export const maxListRetryMs = 60_000;
/**
 * Milliseconds after somebody joined at which the users are listed, for what a change does not tell: his key, and whether
 * his heartbeats get through, which a tracker knows after 6 s by default.
 */
export const usersAgainMs: readonly number[] = [500, 10_000];
/** Lists that are remembered as they were asked for: a few pages of a few windows. */
export const knownLists = 8;
