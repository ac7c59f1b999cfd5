import { KiB } from '../../../base/sizes.ts';

/** Every limit of the dialects over TCP: what it is, its unit, and why it is that. */

/** Milliseconds without a byte after which a message is whole that has no line end: no LAN takes as long within one. */
export const pauseMs = 50;
/** Milliseconds from the connection to its first byte. */
export const firstByteMs = 5000;
/** Milliseconds from the first byte of a request to its last: a person who types by hand sends a line at a time. */
export const requestMs = 5000;
/** Milliseconds that a connection that goes by no name may be silent: as a native one. */
export const idleMs = 60_000;
/** Milliseconds that one which goes by a name, and serves no port yet, has to show that its machine is there. */
export const signMs = 12_000;

/**
 * Milliseconds that a peer's port has to be reached in: a lost SYN is sent again after 1 s (RFC 6298), and Windows tries
 * a port that refuses for 2 s.
 */
export const dialMs = 2500;

/**
 * Bytes that are read at once of those that came in one piece of the stream: 128 of the shortest requests, which take a
 * hundred times as much memory as the bytes that they are made of.
 */
export const readAtOnceBytes = 256;

/**
 * What a request weighs; see `tokensPerSecond` of the native protocol. An announcement is of one file, and nothing is
 * signed; a list may have twenty pages, one that one read takes has one.
 */
export const tokens = { register: 20, announce: 1, locate: 5, list: 100, shortList: 10, other: 1 } as const;
/** Bytes of a reply that weigh one token more, where a list is weighed by what it came to: a page has some 40 KiB. */
export const bytesPerToken: number = 4 * KiB;

/** Names that one address may be given without a key in one run of the tracker: a school behind one NAT, no squatter. */
export const maxNamesPerAddress = 1000;
