import { z } from 'zod';

export const session: z.ZodType<{ code: string }> = z.object({ code: z.string().max(200) });
export const token: z.ZodType<{ token: string }> = z.object({ token: z.string() });
