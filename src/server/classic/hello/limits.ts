/**
 * Every limit of the dialect by datagrams: what it is, its unit, and why it is that. Whoever sends one may forge whom it
 * is from, so each holds for those who registered as for those who did not.
 */

/** Sources that are on the roll or being answered: a third of the tracker's sessions, so that forgers leave it the rest. */
export const maxSources = 4000;
/** Of them, with one address: a whole lab behind one NAT. */
export const maxSourcesPerAddress = 1000;

/** Requests that wait for their turn, in all: 20 MB of ordinary ones, 100 MB of the longest. */
export const maxWaiting = 65_536;
/** Of them, from one address: a client announces every file of its folder, and some wait for no reply in between. */
export const maxWaitingPerAddress = 16_384;

/**
 * Milliseconds that a request waits at most: longer than a large folder's announcements take, and no forger's requests
 * stand in the way of the one that they are forged from for longer.
 */
export const maxWaitMs = 60_000;

/** What a request weighs, and each page of a list besides, against its address's tokens: as many as a native connection's. */
export const tokens = { register: 20, request: 1, page: 5 } as const;
/**
 * Bytes of replies that weigh as much as one token. Lists are 200 times as long as the question, so an address that
 * others forge is sent 256 KiB/s at most: 2% of the slowest LAN.
 */
export const bytesPerToken = 256;

/** Rows that a list asks the tracker's core for at once: as many as a reply holds of ordinary names. */
export const listPageRows = 100;
/** Rows for a table of ten owners. */
export const ownersPageRows = 20;

/** Milliseconds that whoever has a name gets to show that he is there, when somebody else wants it. */
export const holderMs = 1000;
/** Times that he is asked within them, since one datagram may get lost. */
export const holderProbes = 2;

/** Milliseconds between two lines of the log that say that datagrams are dropped. */
export const dropsToldMs = 60_000;
/** Milliseconds that this machine's own addresses are remembered: a cable is plugged in less often. */
export const interfacesMs = 10_000;
