import type { ProblemBody } from '../../api/bodies.ts';

/** What the API refused, as it said it; or that it did not answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemBody['code'] | 'away';
  readonly fields: Readonly<Record<string, string>>;
  readonly choices: NonNullable<ProblemBody['choices']>;

  constructor(code: Problem['code'], message: string, body?: Partial<ProblemBody>) {
    super(message);
    this.code = code;
    this.fields = body?.fields ?? {};
    this.choices = body?.choices ?? [];
  }
}

/** A problem of the body of an answer, which may be anything. */
export function readProblem(status: number, text: string): Problem {
  try {
    const body: Partial<ProblemBody> = JSON.parse(text);
    if (typeof body.detail === 'string' && typeof body.code === 'string')
      return new Problem(body.code, body.detail, body);
  } catch {}
  return new Problem(
    status === 401 ? 'unauthorized' : 'fault',
    `rollcall answered with status ${status}, and does not say why.`,
  );
}

export const awayProblem = (): Problem =>
  new Problem('away', 'rollcall does not answer. Is it still running on this machine?');

/** What to tell of anything that was thrown. */
export const problemText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
