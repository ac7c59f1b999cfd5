import { MiB } from '../base/sizes.ts';

export interface DirectoryLimits {
  /**
   * Most resources of one session. A share of more files than this is better announced as a folder, and with it one
   * client costs the tracker about 40 MB at most, of ordinary names.
   */
  maxSessionResources: number;
  /**
   * Most characters in the names, descriptions and audiences of one session: 320 for each of as many resources as it may
   * have. Keeps one client with the longest of all three from costing fifty times what it should.
   */
  maxSessionCharacters: number;
  /** Most resources of all sessions. With them a tracker needs about 1.5 GB, which an ordinary machine has. */
  maxResources: number;
}

export const defaultLimits: DirectoryLimits = {
  maxSessionResources: 100_000,
  maxSessionCharacters: 32_000_000,
  maxResources: 4_000_000,
};

/** Rows of a page where the query does not say. */
export const defaultPage = 100;

/** Longest cursor that is looked at, characters: the wire's own limit. The longest that we give out has about 1,300. */
export const maxCursorCharacters = 2048;

/**
 * How much a query looks at before it lets others have their turn, bytes. A byte takes 0.3 ns as a rule and 10 ns at
 * worst, where grams are still to be made, so a turn is over within 5 ms.
 */
export const turnBytes: number = MiB / 2;

/** What looking at one row, or answering with it, weighs against `turnBytes`: bytes that are searched in that time. */
export const rowWeightBytes = 256;

/** Rows that are taken off in one turn, at about 10 µs each. */
export const turnRemovals = 250;

/** Most rows of one packed block: what an insertion moves, so that it stays within the first cache of a processor. */
export const maxBlockRows = 256;

/** Most bytes of keys in one packed block, for the same reason, where names are long. */
export const maxBlockBytes = 16_384;
