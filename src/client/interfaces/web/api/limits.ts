/** What the API allows, each with its unit and its reason. */

/** Most entries of a folder that are told: a person looks for one among them, and more no page shows well. */
export const maxFolderEntries = 5000;
/** Questions to the disk at a time while a folder is looked at: as many as its threads can use. */
export const statsAtOnce = 32;

/** Most rows that one question about the roll is answered with: some screens. */
export const maxRows = 500;

/** Event streams at a time: one for each page that is open, and some scripts. */
export const maxStreams = 32;
/** Milliseconds from one message of log lines to the next: at most ten a second. */
export const logGapMs = 100;
/** Lines in such a message; what is beyond is counted: 500 a second are more than anybody follows. */
export const maxLogLines = 50;
/** Milliseconds from one event about the same thing to the next: four a second look alive. */
export const eventGapMs = 250;
