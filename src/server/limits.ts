import { KiB, MiB } from '../base/sizes.ts';
import { defaultLimits } from '../directory/limits.ts';
import { maxPartialIds, maxPartialOwners, maxWatched } from '../net/wire/control.ts';
import { maxLineBytes } from '../net/wire/lines.ts';

/** Every limit of the tracker: what it is, its unit, and why it is that. Past each, a clear error names it. */

/** Control connections in all. At 64 KiB each they take 640 MiB at worst. */
export const maxConnections = 10_000;
/** Control connections from one address: a whole lab behind one NAT, and no more of the tracker than a fifth. */
export const maxConnectionsPerAddress = 2000;
/** Sessions in all; some outlive their connection for a while. */
export const maxSessions = 12_000;

/** Milliseconds for the TLS handshake: many round trips on a bad wireless LAN, few for a flood of half-open ones. */
export const handshakeMs = 5000;
/** Milliseconds from the handshake to the first valid request. */
export const firstRequestMs = 5000;
/** Milliseconds that a connection without a peer's session may be silent: a person at a menu asks again by then. */
export const idleMs = 60_000;
/** Milliseconds between looks at the connections' deadlines; they are late by this at most. */
export const sweepMs = 1000;

/** Requests of one connection that may wait for their turn: what one 64 KiB segment of the smallest ones holds, and more. */
export const maxWaitingRequests = 4096;
/** Bytes of requests of one connection that may wait for their turn: four of the longest. */
export const maxWaitingBytes: number = 4 * maxLineBytes;
/** Bytes that a connection may have unread before its next request is worked on: one long line. */
export const unreadBytes: number = 256 * KiB;
/** Milliseconds that a connection may stay over `unreadBytes` before it is cut as a slow reader. */
export const slowReaderMs = 10_000;
/** Milliseconds between looks at whether a slow reader has caught up. */
export const slowReaderLookMs = 20;
/** Bytes that a connection may have unread in any case: past it something is wrong, and it is cut at once. */
export const maxUnreadBytes: number = 2 * MiB;

/** What a request weighs: about a tenth of a millisecond of a core at worst. What is not here weighs 1. */
export const requestTokens: ReadonlyMap<string, number> = new Map([
  ['register', 20],
  ['announce', 5],
  ['withdraw', 5],
  ['find', 10],
  ['locate', 20],
  ['partial', 40],
  ['watch', 5],
  ['users', 10],
  ['report', 50],
]);
/** Tokens that a connection may spend at once: 100,000 resources announced in one go. */
export const burstTokens = 5000;
/** Tokens that it gets back each second. Past them its requests wait. */
export const tokensPerSecond = 1000;

/** Rows of a page where the asker names no number. */
export const defaultPageRows = 100;
/** Bytes of a page's rows as JSON: a line, less its envelope and the longest cursor. */
export const maxPageBytes: number = maxLineBytes - 4 * KiB;

/** Partial owners that one page names: as many as the wire takes. */
export const maxPagePartial: number = maxPartialOwners;
/** Bytes of a partial owner as JSON, with its ticket: about 900 at most. */
export const partialOwnerBytes: number = KiB;
/** Bytes of the owners in a page of them as JSON: what as many partial owners as it may name leave of it. */
export const maxOwnersBytes: number = maxPageBytes - maxPagePartial * partialOwnerBytes;

/** Contents that sessions pass on pieces of, in all: twenty for each of 10,000 peers, and 100 MB at worst. */
export const maxPartials = 200_000;
/** Of them, of one key: five sessions of one home, each with as many as one message holds. */
export const maxPartialsPerKey: number = 5 * maxPartialIds;
/** Of them, at one address: twenty for each connection that it may have, so that one machine leaves most to others. */
export const maxPartialsPerAddress: number = 20 * maxConnectionsPerAddress;
/**
 * Looks in a row for whether a session may see what it passes on, and milliseconds of pause then: at 8 µs each a fifth of
 * a core at most, and after a restart two seconds for 10,000 peers of five contents each.
 */
export const looksATurn = 250;
export const looksPauseMs = 10;

/** Contents that connections watch, in all: twenty for each of 10,000, and 100 MB at worst. */
export const maxWatches = 200_000;
/** Of them, of one key: ten connections of one home, each with as many as one message holds. */
export const maxWatchesPerKey: number = 10 * maxWatched;
/** Of them, at one address: twenty for each connection that it may have. */
export const maxWatchesPerAddress: number = 20 * maxConnectionsPerAddress;
/** Milliseconds that changes of a content's owners gather before they are told: newcomers of one moment are one notice. */
export const ownersGatherMs = 20;
/** Milliseconds between two notices of one content, at least: as often as downloaders of it care to ask. */
export const ownersMs = 250;
/**
 * Milliseconds between two notices of one content for each who watches it: a notice has them all ask anew, which takes
 * a core 1.5 ms each with a full sample's tickets, and so a sixth of it at most.
 */
export const ownersMsEach = 10;
/**
 * Milliseconds between two notices of one content for each watch of any: however many contents change at once, all
 * notices together are 10,000 a second at most, of some 30 µs each.
 */
export const ownersMsAll = 0.1;
/** Users for whom alone a content's owners changed, in one notice; past them only who sees it then is told. */
export const maxNewsUsers = 1000;

/** Milliseconds to reach a peer's port: a LAN answers in a few, a firewall that drops never does. */
export const dialBackMs = 2000;
/** Peers dialled at once: each handshake takes milliseconds of a core, and more at once would miss `dialBackMs`. */
export const maxDialBacks = 64;
/** Of them, to one address: who cannot be reached makes others wait no longer for it. */
export const maxDialBacksPerAddress = 16;
/** Milliseconds that a registration waits for the dial-back; then it is answered, and the finding told later. */
export const registrationWaitMs = 3000;
/**
 * Milliseconds to the next try to reach a peer that could not be reached. The first comes soon, since a machine that is
 * just starting may have been too busy to answer; a person mends a firewall within minutes.
 */
export const dialAgainSoonMs = 3000;
export const dialAgainMs = 30_000;

/** Resources of one session that wait until it can be reached: as many as the directory would take from it. */
export const maxHeld: number = defaultLimits.maxSessionResources;
/** What waits so in all, bytes as JSON: a hundred large libraries of ordinary names. */
export const maxHeldBytes: number = 256 * MiB;

/** Names bound to one key: a household or a lab bench, not a squatter. */
export const maxNamesPerKey = 16;
/** Names in all, about 20 MB on disk. */
export const maxNames = 100_000;

/** Milliseconds between two notices of changes, at least: a person sees no delay, and a burst is a message or two. */
export const feedMs = 100;
/** Milliseconds that changes gather where it was quiet before: what one announcement brings comes together. */
export const feedGatherMs = 10;
/** Changes in one notice; what is over is counted as missed. */
export const maxFeedChanges = 500;
/** Bytes that a subscriber may have unread before changes are counted as missed for it: half a line. */
export const feedUnreadBytes: number = maxLineBytes / 2;

/** Milliseconds for each part to show that it works, to whoever asks whether this tracker is ready. */
export const readyMs = 1000;

/** Turns of the event loop, at most, to read what came in while this process stood still: 32 datagrams each. */
export const maxDrainTurns = 2000;

/** Bytes of one log file before the next is begun, and how many are kept: days of a busy LAN. */
export const logFileBytes: number = 10 * MiB;
export const logFiles = 5;
/** Bytes of the log that wait for a slow disk, before lines are lost. */
export const maxLogWaitingBytes: number = 4 * MiB;
