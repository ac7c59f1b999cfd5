import { z } from 'zod';

/** Longest text that the other side may have a person read, UTF-16 code units: some lines. What is over is cut. */
export const maxSaid = 1000;

/** Words for a person, from whoever writes them. */
export const said: z.ZodType<string> = z.string().transform((text) => text.slice(0, maxSaid));
