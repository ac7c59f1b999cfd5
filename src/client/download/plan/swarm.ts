import type { Layout, PieceRun } from '../../../base/layout.ts';
import type { Random } from '../../../base/random.ts';

/** Says who an owner is, in the planner's eyes: one key and address. */
export type OwnerKey = string;

/** One request to one owner. */
export interface Ask {
  /** No two of a swarm are the same. */
  id: number;
  owner: OwnerKey;
  /** Exactly these pieces; or 1 to `most` pieces in a row out of these, as the owner likes best. */
  want: { run: PieceRun; of?: undefined } | { of: PieceRun[]; most: number; run?: undefined };
}

/** What is to be done now. */
export type Order =
  | { order: 'ask'; ask: Ask }
  /** Break off: others were faster, or nobody needs it any more. The shell tells nothing of this ask afterwards. */
  | { order: 'cancel'; ask: number }
  /** Let go of an owner who is so slow that the others do better without; it may join again later. */
  | { order: 'leave'; owner: OwnerKey };

export interface SwarmOptions {
  layout: Layout;
  /** True for a piece that is here already. */
  has(piece: number): boolean;
  random: Random;
}

/**
 * Which pieces to ask of whom. Decides only: it neither waits nor asks; `now` is in milliseconds of a monotonic clock.
 * The shell tells it what happened, then calls `step` and does what that orders.
 */
export interface Swarm {
  /** An owner who can be asked from now on. */
  joined(owner: OwnerKey, is: 'whole' | 'partial', now: number): void;
  /** A partial owner has more pieces. */
  has(owner: OwnerKey, runs: readonly PieceRun[]): void;
  /** It cannot be asked any more; its asks are void. */
  left(owner: OwnerKey): void;
  /** The owner chose these of what an ask let it choose from. False where they are none of those. */
  chosen(ask: number, run: PieceRun): boolean;
  /** So many more bytes of an ask's answer have come. */
  received(ask: number, bytes: number, now: number): void;
  /** The answer has come to its end. Pieces of it may still wait for their verdict. */
  ended(ask: number, now: number): void;
  /** There is no answer, or it broke off: what did not come is to be asked for again. `refused`: that owner does not have it. */
  failed(ask: number, why: 'broken' | 'refused', now: number): void;
  /** A piece is verified and written, wherever it came from. */
  verified(piece: number): void;
  /** A piece of this ask did not verify: another owner is to be asked for it, as long as there is one. */
  bad(ask: number, piece: number): void;
  step(now: number): Order[];
  /** Milliseconds until `step` is worth calling although nothing happened; at most some seconds. */
  readonly lookMs: number;
}
