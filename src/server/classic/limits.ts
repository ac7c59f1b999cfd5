/** The limits that all dialects share: what each is, its unit, and why it is that. */

/** Rows of a list that one request of the tracker's core asks for. */
export const listPageRows = 1000;
/** Rows of a list in all: every session that there may be (12,000), and more files than a person reads. 5 MB at most. */
export const maxListRows = 20_000;
/** Lists that are made and sent at once, for they wait in memory until they are read; and of them, for one address. */
export const maxListsAtOnce = 16;
export const maxListsPerAddress = 4;

/**
 * Pages of lists that are made between two looks at what else came in, in all and for one address: each takes a
 * millisecond or less, and a roll of which little answers the dialect is gone through a millisecond at a time.
 */
export const maxQuestionsAtOnce = 16;
export const maxQuestionsPerAddress = 4;

/** Addresses whose requests are counted over their connections; past them, those that asked least lately are forgotten. */
export const maxCountedAddresses = 10_000;

/** Names that the log tells of once each, as left out or cut off; past them it tells of no more. */
export const maxToldNames = 1000;

/** Paths of one peer that end alike: more `README` than a tree has. */
export const maxAlike = 10_000;
