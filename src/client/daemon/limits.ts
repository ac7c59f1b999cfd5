/** Things that are shared at once: each is a row that is told, kept and drawn. A tracker takes as many of one peer. */
export const maxShares = 10_000;
/** Things that are hashed at once: a disk reads one or two streams well. */
export const sharesAtOnce = 2;
/** Milliseconds between two words of how far the hashing of one thing is. */
export const hashingGapMs = 250;
/** Largest list of shares that is read, bytes: all of them with the longest names, paths and audiences would be more. */
export const maxShelfBytes: number = 64 * 1024 * 1024;

/** Milliseconds between two samples of the rates, and how many are kept: ten minutes. */
export const sampleMs = 1000;
export const keptSamples = 600;

/** Drops that are open at once: several pages of one person. */
export const maxDrops = 16;
/** Files in one drop: a folder of photos, or a source tree. */
export const maxDropFiles = 20_000;
/** Milliseconds without a file after which a drop counts as abandoned: a page that went away in the middle. */
export const dropIdleMs = 3_600_000;
/** Milliseconds between two looks for those. */
export const dropSweepMs = 600_000;
/** Bytes between two looks at the free space while a file comes whose size nobody told, or that is large. */
export const spaceBytes: number = 256 * 1024 * 1024;

/** Milliseconds that a date service has before this machine's clock is told instead: a person waits for it. */
export const dateMs = 3000;
