import { KiB } from '../../base/sizes.ts';

/** What the peer protocols of older systems are allowed here, each with its unit and its reason. */

/** Milliseconds without another byte after which a request counts as whole: their programs send it in one write. */
export const wholeMs = 50;
/** Milliseconds without a byte, and in all, for a request: it is one write of some bytes. */
export const requestSilenceMs = 5000;
export const requestMs = 10_000;

/**
 * Milliseconds between the parts of an answer's head: programs without framing take what one read brings for a message,
 * as the design of their tracker's replies has it too.
 */
export const headPartMs = 50;
/** Bytes written at a time, and milliseconds that a reader has to take them: he is cut below 1 KiB a second. */
export const writeBytes: number = 64 * KiB;
export const writeMs = 60_000;

/** Milliseconds to open a connection to an owner: on a LAN, a lost packet or two included. */
export const dialMs = 5000;
/** Milliseconds without a byte after which an owner is given up: a sleeping disk needs ten seconds to spin up. */
export const silentMs = 15_000;
