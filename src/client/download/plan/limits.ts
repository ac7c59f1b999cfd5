import { MiB } from '../../../base/sizes.ts';

/** What the planning of a download allows itself and the owners, each with its unit and its reason. */

/** Bytes of a first ask, and what many small pieces are gathered to: a tenth of a second at 100 Mbit/s. */
export const firstAskBytes: number = MiB;
/** Most bytes of one ask: a third of a second at the speed of loopback. */
export const maxAskBytes: number = 256 * MiB;
/** An ask is so many times as long as the longest before it, at most: 256 MiB at the fifth. */
export const growth = 4;
/** Milliseconds that an ask to a whole owner takes: against it the gap between two asks, some tenths of one, is nothing. */
export const wholeAskMs = 750;
/** Milliseconds that an ask takes where others have the same pieces: whole ones are soon there to be traded. */
export const sharedAskMs = 100;
/** A lone owner's ask lasts so many times as long as the wait for it, which costs 2%, but not longer than a newcomer waits. */
export const loneWaits = 50;
export const maxLoneAskMs = 4000;

/** Asks in flight to one owner at most: each is a connection of its own. */
export const maxDepth = 4;
/** One more is in flight where the wait for the head is this share of the transfer: below it, it costs more than it brings. */
export const depthShare: number = 1 / 8;
/** Asks after which an owner's wait and speed are known. */
export const depthAfter = 4;

/** Fewest pieces that a whole owner chooses among: enough that it finds one that it has sent to nobody. */
export const minOffer = 32;
/** Most pieces that it chooses among where they are many and uneven: a look at each is what they cost. */
export const maxUnevenOffer = 4096;
/** Looks for the rarest piece that a whole download may cost, shared among its pieces: all of them up to 1,400 pieces. */
export const rarestLooks = 2_000_000;
/** Fewest looks for one, from a random place on: the rarest of so many is rare. */
export const minRarestLooks = 128;

/** Milliseconds of silence, or of a trickle, after which an ask is doubted: longer than a lost packet or a busy radio. */
export const doubtMs = 3000;
/** Where owners have lines, silence is normal for so many times the usual wait, up to `maxDoubtMs`. */
export const doubtWaits = 3;
export const maxDoubtMs = 15_000;
/** A trickle: what is left would take longer than this, milliseconds, … */
export const trickleMs = 10_000;
/** … and it flows slower than this share of what the others' asks do. */
export const trickleShare: number = 1 / 8;
/** … for so many milliseconds: an answer that goes on after a turn of others is slow for some of the first. */
export const trickleProofMs = 1000;
/** Milliseconds that a doubted ask is kept open beside the others: a sleeping disk needs ten seconds from the ask to spin up. */
export const keepDoubtedMs = 5000;
/** Asks in a row that came to nothing before an owner is left alone: a partial one that lies, or a broken one. */
export const maxStrikes = 3;
/** Milliseconds that pieces which came from an owner who has left wait for their verdict. */
export const verdictMs = 3000;

/** A piece is asked of a second owner where that saves so many milliseconds; below it, it costs more bytes than it is worth. */
export const rescueMs = 250;
/** Milliseconds that an owner may take to choose before what it chooses among is asked of another whole owner too. */
export const choiceMs = 250;
/** Milliseconds between two looks while the last pieces are in flight, and otherwise. */
export const lastLookMs = 100;
export const lookMs = 500;
/** Milliseconds for which news of small pieces is gathered. */
export const newsMs = 250;
