/** Progress lines of `--json`, at least this far apart, milliseconds: at most 5 a second. */
export const progressEveryMs = 200;

/** Milliseconds for which others are served after a download before a person is told why it goes on. */
export const handingOnQuietMs = 1000;

/** Redraws of a progress bar a second: fast enough to look alive, slow enough to cost nothing. */
export const barFramesPerSecond = 5;

/** Most owners that a message names after a download: a crowd would fill the screen. */
export const maxOwnersShown = 4;

/** What completion may wait for the tracker, milliseconds: a person waits at the Tab key. */
export const completionMs = 700;

/** Most names that completion offers: a shell asks before it shows more. */
export const maxCompletions = 200;

/** Time for output to reach a slow pipe before the process ends, milliseconds. */
export const drainMs = 2000;

/** How long a command looks for a tracker where none is named, milliseconds: on a LAN an answer takes a tenth of that. */
export const lookMs = 2000;

/** Bounds of `rollcall discover --for`, milliseconds: a person waits for it. */
export const minLookMs = 100;
export const maxLookMs = 60_000;

/** Most trackers that an error names. */
export const maxTrackersShown = 20;
