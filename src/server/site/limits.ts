/** What the tracker's page and its metrics cost at most: what it is, its unit, and why it is that. */

/** Milliseconds between two samples of what the tracker does: a second is what a person reads rates by. */
export const sampleMs = 1000;
/** Samples that are kept: ten minutes. */
export const maxSamples = 600;

/** Milliseconds that the time line reaches back, and how much it holds at most: with a crowd that comes and goes, minutes. */
export const timeLineMs = 3_600_000;
export const maxHappenings = 1000;

/** Milliseconds that what happened gathers before readers are told: nobody sees the delay, and a burst is one event. */
export const gatherMs = 200;
/** Lines of the log in one event: as many as a page can show in that time. What is over is counted as missed. */
export const maxGatheredLines = 100;
/** Happenings in one event: what is over, as when a whole crowd comes, is counted as missed and asked for. */
export const maxGatheredHappenings = 200;
/** Readers of the event stream at a time: every one costs some milliseconds a second where the log is busy. */
export const maxReaders = 32;

/** Rows of one answer at most, and where the asker names no number. */
export const maxRows = 500;
export const usualRows = 100;

/** Milliseconds between two beats that show that the event loop goes round. */
export const pulseMs = 500;
/** Milliseconds that a stall is remembered: as often as somebody usually asks. */
export const stallShownMs = 10_000;
/** Milliseconds that an answer to "ready?" is good for: finding it writes to the disk, and anybody may ask. */
export const readinessMs = 2000;
