import { type ErrorCode, exitStatuses, RollcallError } from '../base/errors.ts';

/** RFC 9457, with our own code and the exit status that goes with it. */
export interface Problem {
  type: 'about:blank';
  title: string;
  status: number;
  code: ProblemCode;
  exit: number;
  detail: string;
  /** What is wrong with which field of the request. */
  fields?: Record<string, string> | undefined;
}

export type ProblemCode = ErrorCode | 'unauthorized' | 'forbidden';

export const problemType = 'application/problem+json';

/** What HTTP calls each of our failures. */
const kinds: Readonly<Record<ProblemCode, { status: number; title: string }>> = {
  fault: { status: 500, title: 'Fault' },
  usage: { status: 400, title: 'Wrong request' },
  'not-found': { status: 404, title: 'Not found' },
  ambiguous: { status: 409, title: 'Ambiguous' },
  refused: { status: 403, title: 'Refused' },
  'name-taken': { status: 409, title: 'Name taken' },
  'key-changed': { status: 409, title: 'Key changed' },
  limit: { status: 429, title: 'Limit reached' },
  unreachable: { status: 502, title: 'Unreachable' },
  unfinished: { status: 503, title: 'Unfinished' },
  changed: { status: 409, title: 'Changed' },
  'bad-content': { status: 502, title: 'Bad content' },
  'no-space': { status: 507, title: 'No space' },
  exists: { status: 409, title: 'Exists already' },
  'bad-message': { status: 502, title: 'Bad message' },
  interrupted: { status: 503, title: 'Interrupted' },
  unauthorized: { status: 401, title: 'No token' },
  forbidden: { status: 403, title: 'Forbidden' },
};

const exitOf = (code: ProblemCode): number =>
  code === 'unauthorized' || code === 'forbidden' ? exitStatuses.refused : exitStatuses[code];

export function problem(code: ProblemCode, detail: string, more: Partial<Problem> = {}): Problem {
  return { type: 'about:blank', ...kinds[code], code, exit: exitOf(code), detail, ...more };
}

/** A failure that says which fields of the request it comes from, each with what is wrong. */
export class FieldError extends RollcallError {
  readonly fields: Record<string, string>;

  constructor(code: ErrorCode, message: string, fields: Record<string, string>, options?: ErrorOptions) {
    super(code, message, options);
    this.fields = fields;
  }
}
