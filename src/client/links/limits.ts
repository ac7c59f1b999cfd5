import { GiB } from '../../base/sizes.ts';

/** What links to others' files allow themselves, each with its unit and its reason. */

/** Milliseconds to open a connection to an owner for a link: on a LAN, a lost packet or two included. */
export const linkDialMs = 5000;
/** Milliseconds that an owner has to hash a file that he is asked the leaves of: 32 GiB from a disk of 200 MB/s. */
export const leavesMs = 180_000;
/** Largest file that the leaves are asked of, bytes: theirs are 64 MiB, held in memory, and 180 MB as a Metalink file. */
export const maxLeafedBytes: number = 32 * GiB;
/** Longest refusal that is read, bytes: ours are some hundred. */
export const maxRefusalBytes = 16_384;
