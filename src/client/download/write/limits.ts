import { MiB } from '../../../base/sizes.ts';

/** Small files that go to a hashing thread together, bytes: as one piece of a large file. */
export const parcelBytes: number = MiB;
/** The same, files: about 5 ms of a thread's work, so that two threads share it evenly. */
export const parcelFiles = 256;

/** Descriptors that are kept to write to, and to read from, though nobody needs them just now. */
export const idleFiles = 16;
/** Files of which one read reads at the same time. */
export const readingAtOnce = 8;

/** From so many small files on, one sync of the whole file system is cheaper than one each: about 3 ms to start it. */
export const togetherFiles = 32;
/** Files that a hashing thread syncs at a time: some hundred milliseconds on a slow disk. */
export const syncFiles = 64;

/** Bytes of memory that is kept to be used again: all that is on its way through the threads at once. */
export const spareBytes: number = 32 * MiB;

/** Bytes that a thread hashes at a time of what is on the disk already: a few milliseconds' work. */
export const hashingBytes: number = 8 * MiB;
/** Such jobs at a time: one for each thread, and one that waits. */
export const hashingAtOnce = 4;

/** Files that are looked at on the disk at a time. */
export const lookingAtOnce = 16;
