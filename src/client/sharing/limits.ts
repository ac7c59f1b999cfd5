import { MiB } from '../../base/sizes.ts';

/** Bytes that one hashing job reads: long enough to hide the hand-over to its thread, short enough to stop soon. */
export const jobBytes: number = 16 * MiB;
/** Hashing jobs of one file under way at once: two for each thread of the pool, so that none waits for us. */
export const jobsAtOnce = 8;
/** Files of one folder, or entries of one shared folder, that are hashed at once: small files are mostly waiting. */
export const filesAtOnce = 8;
/** How often a file that changes while it is hashed is started over before it counts as one that keeps changing. */
export const hashTries = 3;
/** Milliseconds between two of those tries. */
export const retryMs = 250;

/**
 * Milliseconds for which a file's times may stay the same over two changes. The kernels' tick is at most 10 ms; a time
 * without digits below the millisecond may come from FAT, HFS+ or an old NFS, whose grain is up to 2 s.
 */
export const fineGrainMs = 100;
export const coarseGrainMs = 2000;

/** Milliseconds without a change after which what changed is looked at: the pauses of a copy are shorter. */
export const quietMs = 500;
/** Milliseconds after which it is looked at although it still changes, so that what is listed does not stay wrong. */
export const unquietMs = 10_000;
/** Milliseconds between two looks at what the system would not watch for us. */
export const lookMs = 30_000;

/** Bytes read and handed on at a time: 256 KiB takes a third more processor time over TLS, 4 MiB saves nothing. */
export const chunkBytes: number = MiB;
/** Chunks of memory that wait for the next upload: enough for 16 downloaders who ask for piece after piece. */
export const spareChunks = 32;
/** Files that are kept open for a downloader's next piece: far from the usual 256 of macOS, with uploads on top. */
export const idleFiles = 64;
/** Milliseconds for which they are: longer than a downloader needs between two pieces. */
export const idleFileMs = 5000;

/** Uploads under way at once. Past about 16 the disk and the link only get slower; the rest is for slow readers. */
export const uploads = 64;
/** Uploads to one key at once, so that nobody takes all of them. */
export const uploadsOfOne = 16;
/** Seconds after which somebody who was turned away may ask again. */
export const retryAfterSeconds = 2;
/** Connections to the peer port at once, and from one address: uploads and those who only ask. */
export const connections = 512;
export const connectionsOfOne = 64;

/** Bytes of a ticket; one is about 700. The control protocol hands out none that is longer. */
export const ticketBytes = 4096;
/** Verified tickets that are remembered, about 1 KiB each. */
export const knownTickets = 1000;
/** Seconds by which the clocks of tracker and peer may be apart beyond what was measured. */
export const ticketToleranceSeconds = 60;

/** Bytes of the hash cache on disk: 250,000 small files, or 2,000 of 2 GiB and more. */
export const cacheBytes: number = 128 * MiB;
/** Milliseconds to wait for another process that writes to the cache; past it the cache goes without. */
export const cacheBusyMs = 1000;
/** Rows written between two looks at the size of the cache. */
export const cachePutsPerLook = 256;
/** Milliseconds after which a use of a row is noted anew; each note is a write. */
export const cacheUseGrainMs = 86_400_000;

/** Contents that are remembered as changed, so that a downloader is told so instead of "not found". */
export const rememberedChanges = 1000;
