import type { FastifySchemaValidationError } from 'fastify';
import { RollcallError } from '../base/errors.ts';
import { FieldError, type Problem, problem } from './problem.ts';

/** What the framework refuses a request with. */
interface Refused {
  statusCode?: number | undefined;
  validation?: FastifySchemaValidationError[] | undefined;
  message: string;
}

/** What a caller is told of a failure: nothing of what is inside, where it is no failure of ours on purpose. */
export function asProblem(error: unknown): Problem {
  if (error instanceof FieldError) return problem(error.code, error.message, { fields: error.fields });
  if (error instanceof RollcallError) return problem(error.code, error.message);
  if (!(error instanceof Error)) return hidden();
  const { statusCode = 500, validation, message }: Refused = error;
  if (validation !== undefined) return invalid(validation);
  if (statusCode < 400 || statusCode >= 500) return hidden();
  if (statusCode === 415)
    return problem('usage', 'say that it is JSON: Content-Type: application/json', { status: statusCode });
  return problem(statusCode === 413 ? 'limit' : 'usage', message, { status: statusCode });
}

const hidden = (): Problem => problem('fault', 'something failed that should not: the log says what');

function invalid(found: readonly FastifySchemaValidationError[]): Problem {
  const fields: Record<string, string> = Object.create(null);
  for (const { instancePath, message = 'wrong' } of found) {
    const field = instancePath.replace(/^\//, '').replaceAll('/', '.');
    fields[field] ??= message;
  }
  const told = Object.entries(fields).map(([field, message]) => (field === '' ? message : `${field}: ${message}`));
  return problem('usage', told.join('; '), { fields });
}
