import { MiB } from '../../base/sizes.ts';

/** What the list of downloads allows itself, each with its unit and its reason. */

/** Downloads that have not ended: the list is told, kept and drawn as a whole. */
export const maxOpenDownloads = 2000;
/** Ended ones that are kept; the oldest go first. A person looks back over some days. */
export const maxEndedDownloads = 200;

/** Milliseconds between two events of a download that moves: four a second look alive and cost a page little. */
export const movedMs = 250;
/** Milliseconds between two events of one that stands: its rate falls and its seconds count. */
export const stillMs = 1000;

/** Milliseconds between two writes of the list: what a crash can cost, against the disk. */
export const saveMs = 1000;
/** Milliseconds after which bytes that came are written down, where nothing else changed: they are for show until it goes on. */
export const saveBytesMs = 10_000;
/** Largest list that is read, bytes: 2,200 downloads with the longest names and paths. */
export const maxListBytes: number = 32 * MiB;

/** Milliseconds that what was looked up may wait for a place before it is looked up anew: owners come and go. */
export const freshMs = 60_000;
/** Milliseconds to wait where the tracker does not answer and the client has not noticed yet: a heartbeat or two. */
export const askAgainMs = 5000;
/** How often a tracker that is there may leave a question open before the download fails. */
export const maxTries = 3;

/** Milliseconds that downloads have to put away what they have when all of them are stopped. */
export const stopMs = 5000;

/** Cells of a bar of pieces. */
export const barCells = 100;

/** Most owners that are told of a download, those who sent most: a crowd would fill each event. */
export const maxOwnersTold = 32;
