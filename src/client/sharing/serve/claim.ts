import type { Downloader } from './downloader.ts';
import type { Upload } from './fairShare.ts';
import { Flow } from './flow.ts';

/** An upload, as far as turns go. */
export interface Claim extends Upload {
  readonly caller: Caller;
  address: string;
  /** Whoever came earlier has a lower one. */
  readonly number: number;
  /**
   * `paused`: it has no slot and wants none, since its reader has bytes to take. `away`: it may come back to its place.
   * `cut`: its place is another's, though its reader may still have bytes to take.
   */
  state: 'new' | 'waiting' | 'moving' | 'paused' | 'away' | 'cut' | 'over';
  /** Bytes that a turn is for, and those that were handed on in this one. */
  quantum: number;
  spent: number;
  /** Bytes that the reader has to take. */
  given: number;
  /** When it was given them, or was turned away: monotonic milliseconds. */
  since: number;
  begunAt?: number | undefined;
  readonly flow: Flow;
}

/** A downloader with all that he has under way. */
export interface Caller {
  readonly key: string;
  readonly claims: Set<Claim>;
  /** Those of them that wait, and those that are away, oldest first. */
  readonly line: Claim[];
  moving: number;
}

export const newCaller = (key: string): Caller => ({ key, claims: new Set(), line: [], moving: 0 });

export function newClaim(caller: Caller, { key, address }: Downloader, number: number, now: number): Claim {
  const nothing = { quantum: 0, spent: 0, given: 0 };
  return { caller, key, address, number, state: 'new', ...nothing, since: now, flow: new Flow(now) };
}

/** It moves bytes, or would: all but those whose readers are slow. */
export const isReady = ({ state, given }: Claim): boolean => state !== 'paused' || given === 0;
export const isWaiting = ({ state }: Claim): boolean => state === 'waiting';
export const isAway = ({ state }: Claim): boolean => state === 'away';
export const isInLine = (claim: Claim): boolean => isWaiting(claim) || isAway(claim);
/** It has a place among the uploads. */
export const isUnderWay = ({ state }: Claim): boolean =>
  state === 'waiting' || state === 'moving' || state === 'paused';
