/** Progress lines of `--json`, at least this far apart, milliseconds: at most 5 a second. */
export const progressEveryMs = 200;

/** Milliseconds for which others are served after a download before a person is told why it goes on. */
export const handingOnQuietMs = 1000;

/** Redraws of a progress bar a second: fast enough to look alive, slow enough to cost nothing. */
export const barFramesPerSecond = 5;

/** The rate is that of the last 5 s: long enough to be steady, short enough to show a change. */
export const rateWindowMs = 5000;

/** Most lines of what to choose from that an error names: more than that nobody reads. */
export const maxChoicesShown = 20;

/** Most owners that a message names after a download: a crowd would fill the screen. */
export const maxOwnersShown = 4;

/** What completion may wait for the tracker, milliseconds: a person waits at the Tab key. */
export const completionMs = 700;

/** Most names that completion offers: a shell asks before it shows more. */
export const maxCompletions = 200;

/** Time for output to reach a slow pipe before the process ends, milliseconds. */
export const drainMs = 2000;
