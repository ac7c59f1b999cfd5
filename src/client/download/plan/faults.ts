import type { Owner } from '../../../base/roll.ts';

/** What an owner did wrong. */
export type FaultKind =
  /** Nobody answers, or somebody with another key. */
  | 'unreachable'
  /** Gone in the middle of an answer. */
  | 'cut'
  | 'slow'
  | 'busy'
  /** The ticket is not, or no longer, good. */
  | 'refused'
  /** Does not have it. */
  | 'missing'
  /** Has another content now. */
  | 'changed'
  /** What it sent is not the content, or cannot be. */
  | 'bad'
  /** A fault of the owner's own, or an answer that makes no sense. */
  | 'failed';

/** A failure of one owner, which another may make good. */
export class OwnerFault extends Error {
  override readonly name = 'OwnerFault';
  readonly kind: FaultKind;
  /** How long a busy owner asks to be left alone, milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: FaultKind, message: string, options?: ErrorOptions & { retryAfterMs?: number | undefined }) {
    super(message, options);
    this.kind = kind;
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** Asking the same owner again gives the same answer, unless the roll says something new. */
export const isDefinite = (kind: FaultKind): boolean =>
  kind === 'refused' || kind === 'missing' || kind === 'changed' || kind === 'bad';

/** An owner in a sentence: Bob at 192.168.1.200:55211. */
export const showOwner = ({ user, address, port }: Owner): string =>
  `${user} at ${address.includes(':') ? `[${address}]` : address}:${port}`;
