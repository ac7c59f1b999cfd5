import { KiB, MiB } from '../../base/sizes.ts';

/** Milliseconds without a byte of an answer after which a server counts as gone: far beyond a pause of a disk. */
export const answerIdleMs = 30_000;

/** Milliseconds that a link which was ended has to get its last bytes out: a reader that is dead never takes them. */
export const lingerMs = 5000;

/** Milliseconds from the TCP connection to the end of the handshake of a caller that wants HTTP; a LAN takes a few. */
export const httpHandshakeMs = 10_000;

/** Milliseconds that an HTTP caller may be connected without a request under way, its head in drips or not at all. */
export const httpIdleMs = 30_000;

/** Bytes of the head of a request or an answer: a ticket of 4 KiB and a few more lines. */
export const maxHeadBytes: number = 16 * KiB;

/** Most bytes of a body in one write: past it a write costs more memory and is no faster. */
export const maxWriteBytes: number = MiB;

/** Milliseconds that an HTTP caller has for one write; with chunks of 64 KiB it is cut below 1 KiB/s. */
export const writeMs = 60_000;

/** Milliseconds between two looks at who is over these times. */
export const sweepMs = 5000;

/** Connections that the system may keep waiting to be accepted: a class that arrives, or comes back, at once. */
export const backlog = 1024;

/** Bytes that wait in a UDP socket while we are busy: at 40 bytes each, 10,000 heartbeats. */
export const packetBufferBytes: number = 4 * MiB;

/** Bytes that one read takes off a connection to a peer: more than a TLS record (16 KiB) holds. */
export const readBufferBytes: number = 64 * KiB;

/** Bytes of an answer that are let gather where they come in drips: well below the least window of TCP, 64 KiB. */
export const gatherBytes: number = 20 * KiB;
/** Milliseconds between two TLS records, from which bytes count as coming in drips: 16 KiB in each are 16 MB/s. */
export const dripMs = 1;
/** Such gaps in a row before bytes are let gather: a busy machine makes some on a fast link too. */
export const dripsToGather = 8;
/** Milliseconds of a pause: below the least a timer is not worth it; past the most a piece is late for others. */
export const gatherMs = { least: 2, most: 10 } as const;

/** Tries to find a TCP port that is free for UDP too, where the system chooses. */
export const portTries = 20;
