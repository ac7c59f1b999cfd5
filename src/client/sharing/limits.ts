import { GiB, KiB, MiB } from '../../base/sizes.ts';

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
/**
 * Uploads to one address at once: keys cost nothing, addresses do, and half is plenty for a machine with several sessions
 * or a few behind one router. Loopback is exempt: sixteen downloaders of this machine, as a demo or a test has, take four
 * each, and nobody else has that address; they yield to others all the same.
 */
export const uploadsOfAddress = 32;
/** Uploads to one key at once, so that nobody takes all of them. */
export const uploadsOfOne = 16;
/**
 * Milliseconds without taking any byte after which an upload makes room for whoever comes: as long as the transport waits
 * for a write, which does not see those that were asked for behind an open answer on the same connection.
 */
export const stalledMs = 60_000;
/**
 * Milliseconds since its first turn before an upload may have to make room for somebody who has fewer: our downloaders ask
 * for 4 s' worth at most, so that it is seldom one of theirs.
 */
export const yieldAfterMs = 10_000;
/** Milliseconds of a window in which bytes are counted, to find the slowest: far longer than a turn of others. */
export const flowWindowMs = 5000;
/** Uploads that move bytes at a time, unless the user says otherwise: few, so that pieces become whole, and go on, early. */
export const uploadSlots = 16;
/**
 * Bytes of a turn: a piece, so that whoever gets it can hand it on, but at most 4 MiB, so that a line moves within
 * seconds at 100 Mbit/s.
 */
export const turnBytes: { readonly least: number; readonly most: number } = { least: MiB, most: 4 * MiB };
/** Bytes handed on at a time where others wait or a rate is kept: one a second is 2 Mbit/s, less than a LAN gives. */
export const sliceBytes: number = 256 * KiB;
/** Milliseconds that a reader may leave its slot unused while others wait. */
export const lendAfterMs = 1000;
/** Milliseconds between two looks at that. */
export const lookAtReadersMs = 250;
/** Milliseconds that a request waits for its first turn: past it somebody else may be quicker. */
export const firstTurnMs = 5000;
/**
 * Milliseconds without a request after which a download that somebody makes here counts as over: a downloader who takes
 * turns with others, or waits for his disk, comes back sooner.
 */
export const deliveryGapMs = 5000;
/** Downloads by others that are remembered before those that are over are forgotten: all that can be under way, twice. */
export const knownDeliveries = 128;
/** Seconds after which somebody who was turned away may ask again. */
export const retryAfterSeconds = 2;
/** Milliseconds that somebody waits for a turn who cannot be asked to come again: as long as our own downloads do. */
export const standMs = 300_000;
/** Milliseconds for which he keeps his place in the line: he may be a little late. */
export const keepPlaceMs = 5000;
/** Places that are kept so at once: a class that arrives together. */
export const keptPlaces = 1000;
/**
 * Milliseconds that whoever leaves goes on with what it is sending: our downloaders ask for some seconds' worth at a time,
 * which is through by then even where they take turns. Who wants to serve for longer says so.
 */
export const partingMs = 60_000;
/** Seconds after which somebody who was turned away by one that leaves may ask again: it has left by then, most likely. */
export const partedSeconds = 1;

/** Bytes of a file in a folder that is read in one go: up to here opening it costs more than its bytes. */
export const smallFileBytes: number = 256 * KiB;
/** Small files that are hashed before others get a turn: some milliseconds, unless the disk is slow. */
export const smallFilesAtOnce = 64;
/** Milliseconds that reading of small files may hold up all else: a disk that is slow takes some for each. */
export const gatherMs = 10;

/**
 * Open answers that tell of new pieces: in all; to one address, where keys cost nothing; and to one downloader, who needs
 * one for each content.
 */
export const haves = 256;
export const havesOfAddress = 128;
export const havesOfOne = 16;
/** Milliseconds for which new pieces are told together: little beside the time that a piece takes. */
export const haveGatherMs = 20;
/** Milliseconds after which an open answer shows that it lives; the protocol asks for 10 s. */
export const haveIdleMs = 8000;
/**
 * Runs of pieces in one line, at most 14 characters each, and new pieces that are remembered for a reader who is behind:
 * with all of the answers open, lines take 40 MB and pieces 20 MB.
 */
export const haveRuns = 10_000;

/** Bytes of a file whose leaves are told: theirs are 64 MiB then, all in memory. */
export const leafedBytes: number = 32 * GiB;
/** Bytes of leaves that are remembered for whoever asks next. */
export const knownLeafBytes: number = 64 * MiB;

/** Streams of a content that are kept, about 1 KiB each: its own, and those of a folder's files that were last asked for. */
export const knownStreams = 1000;
/** Contents that are passed on at once, as many as the roll takes. */
export const passedOn = 1000;
/** Rows that go into the hash cache, and files that are looked at, before others get their turn. */
export const rowsAtOnce = 500;

/** Connections to the peer port at once, and from one address: uploads and those who only ask. */
export const connections = 512;
export const connectionsOfOne = 64;

/** Bytes of a ticket; one is about 700. The control protocol hands out none that is longer. */
export const ticketBytes = 4096;
/** Verified tickets that are remembered, about 1 KiB each. */
export const knownTickets = 1000;
/**
 * Seconds by which the clocks of tracker and peer may be apart beyond what was measured. A link has none: it is good for
 * anybody, for as long as a person was told.
 */
export const ticketToleranceSeconds = 60;

/**
 * Links whose tickets are kept under a short address, about 1 KiB each: of all, and from one address, since anybody can have
 * many keys. Each ends within a day, and nobody hands out a hundred on one.
 */
export const shortLinks = 1000;
export const shortLinksOfAddress = 100;
/**
 * Addresses that downloads by counted links are remembered of, for each link: in all, some 100 bytes each, and of one
 * address. A link itself counts 1,000 at most.
 */
export const countedUses = 10_000;
export const countedUsesOfAddress = 1000;
/** Milliseconds after a download in which the same one may be asked for again: phones show first, and save then. */
export const askTwiceMs = 60_000;
/** Milliseconds to wait for another process that writes down what is known of links. */
export const linksBusyMs = 1000;

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
