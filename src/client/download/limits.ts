import { GiB, KiB, MiB } from '../../base/sizes.ts';

/** What a download allows itself and the others, each with its unit and its reason. */

/** Largest content, file or folder, bytes: ext4's largest file, whose piece layer is 32 MiB. */
export const maxContentBytes: number = 16_384 * GiB;
/** Largest folder listing, bytes: 200,000 entries with long paths. It is held in memory. */
export const maxListingBytes: number = 64 * MiB;
/** Longest error body that is read, bytes: ours are some hundred. */
export const maxProblemBytes: number = 16 * KiB;

/** Verified bytes that go into the journal together: what a crash can cost, against the price of an fdatasync. */
export const batchBytes: number = 64 * MiB;
/** Milliseconds that a verified piece waits for its batch at most. */
export const batchMs = 2000;
/** Files in a batch: each holds a descriptor, and macOS gives a process 256 of them by default. */
export const batchFiles = 64;

/** Bytes on their way through the hashing threads: enough to keep them busy, little enough for 200 MB in all. */
export const writingBytes: number = 32 * MiB;
/** Fewest pieces on their way, whatever their size: one that is hashed, and one that waits. */
export const minWritingPieces = 2;
/** Bytes that were written but not journalled before a stop, and are hashed again to be kept: a second's work. */
export const recheckBytes: number = 256 * MiB;

/** Bad pieces after which an owner is not asked again: one may be a bad cable, three are a bad source. */
export const badPiecesToBan = 3;
/** Milliseconds to open a connection on a LAN, TLS handshake and a lost packet or two included. */
export const dialMs = 5000;
/** Milliseconds from a request to the head of its answer: a sleeping disk needs ten seconds to spin up. */
export const answerMs = 15_000;
/** The flow is looked at once in so many milliseconds: longer than any pause of a disk or of a busy radio. */
export const slowWindowMs = 30_000;
/** Slower than this, bytes a second, an owner counts as failed where there is another. */
export const slowBytesPerSecond: number = KiB;

/**
 * Slowest that a folder's list or a piece list may come after the first half minute, bytes a second, even where there is
 * no other owner: a share of a bad radio. Nothing can be fetched before it is here, so a trickle would hold all up; the
 * largest list has 69 minutes.
 */
export const listBytesPerSecond: number = 16 * KiB;
/** Owners that are asked for a list beside the first one at most, as long as those before them are silent or slow. */
export const maxBeside = 4;
/**
 * What an owner may say of its pieces on one open answer, beside each of them once and a sign of life a second: pieces
 * that it repeats, and signs of life that come in a bunch after a pause. Beyond, it would cost us work without end.
 */
export const haveSlack = 1000;

/** Waits before the owners are asked for anew, milliseconds, each ±25%: about 12 s in all. */
export const retryMs: readonly number[] = [1000, 3000, 8000];
/** Milliseconds that a slow owner, or one that fails again and again, is left alone while others are at work. */
export const restMs = 30_000;
/** Milliseconds that the roll has to name owners. */
export const moreOwnersMs = 10_000;
/** While pieces come, owners are asked for anew this often, milliseconds: some have come, and no notice is certain. */
export const ownersMs = 10_000;
/** Milliseconds between two questions for the owners, where there is news: news comes in bursts. */
export const newsMs = 250;
/** Milliseconds without anybody who has one of the missing pieces before it is given up: a seeder's restart and more. */
export const starvedMs = 60_000;
/** Milliseconds without a byte after which an owner that is left for others is reported as gone, not as slow. */
export const silentMs = 3000;
/** Between two looks at whether somebody who failed has rested, or nothing goes on at all, milliseconds. */
export const lookMs = 1000;
/** Bytes of pieces that are put together at a time, in all answers: with what is being written, within 200 MB in all. */
export const openBytes: number = 80 * MiB;
/** Milliseconds to stand in line where every owner is busy. */
export const busyPatienceMs = 300_000;
/** A busy owner is asked again after what it says, yet within these, milliseconds. */
export const busyRetryMs = { least: 1000, most: 30_000 } as const;

/** Free space that is left to others, as a share of what is still to come, and bytes at least. */
export const reserveShare = 0.01;
export const reserveBytes: number = 100 * MiB;
/** Bytes of a file of unknown length between two looks at the free space: it may have no end. */
export const spaceLookBytes: number = 64 * MiB;
/** Names that are tried where `name (2).ext` is taken as well. */
export const maxNumbered = 1000;

/** Our temporaries are swept once nobody has touched them for so many milliseconds: a week's holiday. */
export const sweepAfterMs = 604_800_000;
/** A download touches its journal this often, milliseconds. */
export const touchMs = 5000;
/** A journal that was not touched for so many milliseconds has nobody, whoever runs under that process id now. */
export const abandonedMs = 20_000;
/** Largest journal that is read, bytes: a line for each of 200,000 files, and then some. */
export const maxJournalBytes: number = 64 * MiB;
