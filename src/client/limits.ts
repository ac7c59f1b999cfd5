import { MiB } from '../base/sizes.ts';

/** What the facade allows itself, each with its unit and its reason. */

/**
 * Smallest content that somebody who only fetches hands on, bytes. To serve and to be on the roll takes about 100 ms of a
 * processor; what is smaller is fetched before anybody could ask for a piece of it.
 */
export const minSeededBytes: number = 8 * MiB;

/** Milliseconds that a date service is left alone after it failed: nobody waits for it at each operation meanwhile. */
export const askAgainMs = 30_000;
