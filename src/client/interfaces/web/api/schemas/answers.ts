import { z } from 'zod';
import type { ProblemBody } from '../bodies.ts';
import { bytes, codes, contentId, kind, peer, time } from './parts.ts';

/** How operations answer: with what was asked, with nothing, or with a problem. */

/** RFC 9457, with our own code, the exit status that goes with it, and what is wrong with which field. */
const problem: z.ZodType<ProblemBody> = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.number().int(),
    code: z.enum([...codes, 'unauthorized', 'forbidden']),
    exit: z.number().int(),
    detail: z.string(),
    fields: z.record(z.string(), z.string()).optional(),
    /** Of `ambiguous`: what there is to choose from. */
    choices: z
      .array(
        z.object({
          id: contentId.nullable(),
          size: bytes.nullable(),
          kind,
          description: z.string(),
          modified: time,
          owners: z.array(z.object(peer)),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });

/** What every operation may answer instead of what was asked. */
const failed: { description: string; content: { 'application/problem+json': { schema: typeof problem } } } = {
  description: 'What went wrong',
  content: { 'application/problem+json': { schema: problem } },
};

interface Said<Answer> {
  200: { description: string; content: { 'application/json': { schema: Answer } } };
  default: typeof failed;
}

/** An operation that answers with `schema`. */
export const answers = <Answer extends z.ZodType>(schema: Answer): Said<Answer> => ({
  200: { description: 'What was asked for', content: { 'application/json': { schema } } },
  default: failed,
});

/** An operation that answers with nothing once it is done. */
export const done: { 204: z.ZodUndefined; default: typeof failed } = {
  204: z.undefined().describe('Done'),
  default: failed,
};
