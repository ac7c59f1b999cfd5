import { GiB, MiB } from '../base/sizes.ts';

/** What the facade allows itself, each with its unit and its reason. */

/**
 * Smallest content that somebody who only fetches hands on, bytes. To serve and to be on the roll takes about 100 ms of a
 * processor; what is smaller is fetched before anybody could ask for a piece of it.
 */
export const minSeededBytes: number = 8 * MiB;

/** Milliseconds to open a connection to an owner for a link: on a LAN, a lost packet or two included. */
export const linkDialMs = 5000;
/** Milliseconds that an owner has to hash a file that he is asked the leaves of: 32 GiB from a disk of 200 MB/s. */
export const leavesMs = 180_000;
/** Largest file that the leaves are asked of, bytes: theirs are 64 MiB, held in memory, and 180 MB as a Metalink file. */
export const maxLeafedBytes: number = 32 * GiB;

/** Milliseconds that a date service is left alone after it failed: nobody waits for it at each operation meanwhile. */
export const askAgainMs = 30_000;
