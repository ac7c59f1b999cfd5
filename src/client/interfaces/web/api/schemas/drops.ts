import { z } from 'zod';
import { path } from './parts.ts';

export const drop: z.ZodType<{ drop: string }> = z.object({ drop: z.string() });
export const byDrop: z.ZodType<{ drop: string }> = z.object({ drop: z.string().max(200) });

export const dropFileQuery: z.ZodType<{ path: string }> = z.object({
  path: path.min(1).describe('Its name, with folders and slashes where it is in some'),
});
/** The bytes of a file, which are no JSON: they are read as they come. */
export const dropFile: z.ZodAny = z.any().meta({ type: 'string', format: 'binary' });
