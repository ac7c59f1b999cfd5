import { KiB, MiB } from '../base/sizes.ts';

/** Every limit of the log server: what it is, its unit, and why it is that. A record's is `maxRecordBytes`. */

/** Connections in all: programs made by rpcgen open one for each thread or each call, and there are few trackers. */
export const maxConnections = 1024;
/** Connections from one address: a quarter, so that one machine cannot shut out the others. */
export const maxConnectionsPerAddress = 256;

/** Bytes of calls of one connection that may be under way; past them it is not read until some are answered. */
export const maxWaitingBytes: number = 256 * KiB;
/** Bytes of answers that a connection may have unread before it is no longer read: 2,000 of them. */
export const maxUnreadBytes: number = 64 * KiB;
/** Bytes of datagrams that may be under way; those past them are dropped, and their senders send them again. */
export const maxWaitingDatagramBytes: number = 4 * MiB;

/** Milliseconds that a call may stay half said, or answers unread: a LAN needs a few. */
export const stuckMs = 60_000;
/** Milliseconds that a connection may be silent between calls. A program made by rpcgen does not connect again by itself. */
export const idleMs = 3_600_000;
/** Milliseconds between two looks at who is over these times. */
export const sweepMs = 5000;

/** Calls that are remembered, to be known again when they are sent once more: 10 MB. */
export const maxRemembered = 65_536;
/** Milliseconds that they are remembered: clients of UDP give up after a minute, trackers come back within two. */
export const rememberMs = 300_000;

/** Milliseconds for rpcbind to answer: it is on this machine. */
export const rpcbindMs = 2000;
/** Milliseconds that the last answers have to leave at the end. */
export const lastAnswersMs = 1000;
