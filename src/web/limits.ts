import { KiB } from '../base/sizes.ts';

/** What a web site allows whoever calls it, each with its unit and its reason. */

/** Largest body of a request, bytes; a file that is put is read as it comes, and has no limit. All else is a few fields. */
export const maxBodyBytes: number = 256 * KiB;
/** Largest head of a request, bytes: Node's own limit, said so that nobody changes it by accident. */
export const maxHeadBytes: number = 16 * KiB;
/** Connections at a time: a browser opens six, scripts as many as they like, and each costs some kB. */
export const maxConnections = 256;
/** Milliseconds for the head of a request: on one's own machine or LAN it comes in one packet. */
export const headMs = 10_000;
/** Milliseconds for a body of fields. */
export const bodyMs = 20_000;
/** Milliseconds without a byte either way after which a connection is ended: several heartbeats of an event stream. */
export const silenceMs = 120_000;
/** Milliseconds that a connection is kept for another request. */
export const keepAliveMs = 30_000;

/** Milliseconds from one heartbeat of an event stream to the next: below what proxies and sleeping pages allow. */
export const streamBeatMs = 15_000;
/** Bytes of events that a reader may leave unread before some are lost to it: a page that sleeps for a moment leaves less. */
export const maxUnreadBytes: number = 256 * KiB;
/** Milliseconds after which a reader should come again whose stream broke off. */
export const streamRetryMs = 1000;

/** Bytes of a token, and of a code that is good once: nobody guesses them. */
export const tokenBytes = 32;
export const codeBytes = 16;
/** Milliseconds that a code is good: time enough for a browser to start and for a person to copy it. */
export const codeMs = 600_000;
/** Codes that are good at a time: with more the oldest is no longer. */
export const maxCodes = 16;
/** Tries of a code a second, right or wrong: a person needs one. */
export const maxCodeTries = 5;
