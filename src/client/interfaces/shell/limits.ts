/** Lines that are remembered from one shell to the next: more than a person looks back for. */
export const maxHistoryLines = 1000;

/** Longest line that is remembered, characters: what was pasted by mistake need not be kept. */
export const maxHistoryCharacters = 2000;

/** What completion may wait for the tracker, milliseconds: a person waits at the Tab key. */
export const completionMs = 500;

/** Most names that completion offers: more than that nobody reads. */
export const maxCompletions = 200;
