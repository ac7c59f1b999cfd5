import { asRollcallError } from '../../base/errors.ts';
import type { Failure } from './daemon.ts';

/** What failed, as it is told. */
export function failureOf(error: unknown): Failure {
  const { code, message } = asRollcallError(error);
  return { code, message };
}
