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
  /** Has not got those pieces yet. */
  | 'absent'
  /** Has another content now. */
  | 'changed'
  /** What it sent is not the content, or cannot be. */
  | 'bad'
  /** A fault of the owner's own, or an answer that makes no sense. */
  | 'failed';

export interface OwnerFaultOptions extends ErrorOptions {
  retryAfterMs?: number | undefined;
  place?: number | undefined;
}

/** A failure of one owner, which another may make good. */
export class OwnerFault extends Error {
  override readonly name = 'OwnerFault';
  readonly kind: FaultKind;
  /** How long a busy owner asks to be left alone, milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Our place in a busy owner's line, from 1. */
  readonly place: number | undefined;

  constructor(kind: FaultKind, message: string, options?: OwnerFaultOptions) {
    super(message, options);
    this.kind = kind;
    this.retryAfterMs = options?.retryAfterMs;
    this.place = options?.place;
  }
}

/** Asking the same owner again gives the same answer, unless the roll says something new. */
export const isDefinite = (kind: FaultKind): boolean =>
  kind === 'refused' || kind === 'missing' || kind === 'changed' || kind === 'bad';
