/** Milliseconds that a pinged peer has to answer on each channel: a LAN takes a few, and a person does not wait longer. */
export const pingMs = 2000;
/** Rows of a list that are asked for at once: the tracker serves others between two such pages. */
export const pageRows = 200;
/** Names that completion offers: what a person can look through. */
export const maxOffered = 100;
/** Lines that the prompt remembers. */
export const rememberedLines = 500;
/** Characters of a line that a message repeats. */
export const repeatedCharacters = 64;
