import { z } from 'zod';
import { problem } from './schemas.ts';

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

/** An operation that anybody may ask for, without the token. */
export const withoutToken = { config: { open: true }, security: [] } as const;

export const byName: z.ZodType<{ name: string }> = z.object({ name: z.string().max(300) });
export const byId: z.ZodType<{ id: string }> = z.object({ id: z.string().max(200) });
export const byDrop: z.ZodType<{ drop: string }> = z.object({ drop: z.string().max(200) });
