import type { PieceRun } from '../../../base/layout.ts';
import type { Board } from './board.ts';
import { depthAfter, depthShare, maxDepth } from './limits.ts';
import { nextOut, PieceSet } from './pieceSet.ts';
import type { OwnerKey } from './swarm.ts';

/** What the planner knows of an owner. */
export interface KnownOwner {
  readonly key: OwnerKey;
  readonly whole: boolean;
  /** Nothing where it has all. */
  has: PieceSet | undefined;
  /** Pieces beside `has` that it said it has since `newsAt`, and that are not acted upon yet. Its first are, at once. */
  news: PieceSet | undefined;
  newsAt: number | undefined;
  /** What it once gave wrongly. */
  readonly bad: Set<number>;
  /** Asks that it has not finished answering, and those among them that are doubted. */
  asks: number;
  doubted: number;
  readonly pace: Pace;
  /** The board's `released` when nothing was free that it has; nothing where there may be something. */
  dryAt: number | undefined;
  /** Asks in a row that came to nothing. */
  strikes: number;
  /** True where it chose far fewer pieces than it might have: it is told which ones, from then on. */
  brief: boolean;
}

/** How an owner has answered so far. Each figure is nothing before the first answer. */
export interface Pace {
  /** Bytes a millisecond, waiting included. */
  rate: number | undefined;
  /** Milliseconds to the first byte, as usual, and at best. */
  waitMs: number | undefined;
  quickestMs: number | undefined;
  /** Milliseconds from the first byte to the last. */
  transferMs: number | undefined;
  /** Bytes of the longest answer. */
  longest: number;
  answers: number;
}

interface Answer {
  askedAt: number;
  headAt: number | undefined;
  lastAt: number;
  /** Bytes. */
  received: number;
}

export const knownOwner = (key: OwnerKey, is: 'whole' | 'partial', count: number): KnownOwner => ({
  key,
  whole: is === 'whole',
  has: is === 'whole' ? undefined : new PieceSet(count),
  news: undefined,
  newsAt: Number.NEGATIVE_INFINITY,
  bad: new Set(),
  asks: 0,
  doubted: 0,
  pace: {
    rate: undefined,
    waitMs: undefined,
    quickestMs: undefined,
    transferMs: undefined,
    longest: 0,
    answers: 0,
  },
  dryAt: undefined,
  strikes: 0,
  brief: false,
});

export const gives = (owner: KnownOwner, piece: number): boolean => owner.has === undefined || owner.has.has(piece);

export const givesAll = (owner: KnownOwner, first: number, end: number): boolean =>
  owner.has === undefined || nextOut({ all: [owner.has] }, first) >= end;

/** It says that it has these. What was known is not kept. */
export function note(owner: KnownOwner, { first, count }: PieceRun): void {
  if (owner.has === undefined) return;
  const end = Math.min(first + count, owner.has.count);
  for (let piece = first; piece < end; piece++) {
    if (owner.has.has(piece)) continue;
    owner.news ??= new PieceSet(owner.has.count);
    owner.news.add(piece);
  }
}

/** It is not to be asked for this piece. */
export function without(board: Board, owner: KnownOwner, piece: number): void {
  if (owner.has === undefined) {
    owner.has = new PieceSet(board.spans.count);
    owner.has.addRun({ first: 0, count: board.spans.count });
  }
  if (owner.whole) owner.has.delete(piece);
  else board.lost(owner.has, piece);
}

/** It may be asked for this piece again. */
export function again(board: Board, owner: KnownOwner, piece: number): void {
  if (owner.has === undefined) return;
  owner.dryAt = undefined;
  if (owner.whole) owner.has.add(piece);
  else board.gained(owner.has, { first: piece, count: 1 });
}

const mixed = (old: number | undefined, fresh: number): number => (old === undefined ? fresh : (old + fresh) / 2);

/** Takes an answer that came whole into account. */
export function learn(pace: Pace, { askedAt, headAt, lastAt, received }: Answer): void {
  pace.rate = mixed(pace.rate, received / Math.max(lastAt - askedAt, 1));
  pace.transferMs = mixed(pace.transferMs, lastAt - (headAt ?? askedAt));
  pace.longest = Math.max(pace.longest, received);
  pace.answers++;
}

/** Takes a first byte into account. */
export function learnWait(pace: Pace, waitMs: number): void {
  pace.waitMs = mixed(pace.waitMs, waitMs);
  pace.quickestMs = Math.min(waitMs, pace.quickestMs ?? waitMs);
}

/**
 * How many asks are to be in flight to it: more than one where the way there, `wayMs`, is long against what it carries.
 */
export function depth({ pace: { transferMs, answers } }: KnownOwner, wayMs: number | undefined): number {
  if (wayMs === undefined || transferMs === undefined || answers < depthAfter) return 1;
  if (wayMs <= transferMs * depthShare) return 1;
  return Math.min(maxDepth, 1 + Math.ceil(wayMs / Math.max(transferMs, 1)));
}
