/**
 * Every failure that a person or a program can meet, by a stable name, with the exit status of the process that
 * ends with it. Branch on the code, never on the text.
 */
export const exitStatuses = {
  /** A fault of ours: a bug, or a machine that lets us down in a way that we did not foresee. */
  fault: 1,
  usage: 2,
  'not-found': 3,
  ambiguous: 4,
  /** A ticket, a name or a key that is not good enough. */
  refused: 5,
  'name-taken': 5,
  'key-changed': 5,
  /** A limit was reached; the message names it. */
  limit: 5,
  /** The tracker, or every owner. */
  unreachable: 6,
  /** Ended before the end; a second start resumes. */
  unfinished: 7,
  /** The owner's file is no longer the one that was announced. */
  changed: 8,
  'bad-content': 8,
  'no-space': 9,
  exists: 10,
  /** A message that does not follow the protocol. */
  'bad-message': 1,
  interrupted: 130,
} as const;

export type ErrorCode = keyof typeof exitStatuses;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(exitStatuses, text);
}

/** The one error that we throw on purpose. Its message says what happened, to what, and what to do next. */
export class RollcallError extends Error {
  override readonly name = 'RollcallError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Wraps what is not yet ours as a `fault`; leaves our own errors as they are. */
export function asRollcallError(error: unknown): RollcallError {
  if (error instanceof RollcallError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RollcallError('fault', message, { cause: error });
}

/** The end of an exhaustive switch: the compiler refuses it while a case is missing. */
export function unreachable(value: never): never {
  throw new RollcallError('fault', `impossible case: ${JSON.stringify(value)}`);
}
