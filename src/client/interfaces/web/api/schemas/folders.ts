import { z } from 'zod';
import type { FolderBody } from '../bodies.ts';
import { bytes, kind, path, time } from './parts.ts';

export const foldersQuery: z.ZodType<{ path?: string | undefined }> = z.object({
  path: path.optional().describe('A whole path; the home folder where it is missing'),
});

/** What is in a folder of this machine, for choosing what to share. */
export const folder: z.ZodType<FolderBody> = z
  .object({
    path: z.string(),
    parent: z.string().nullable(),
    /** Places to start from: the home folder, drives, what is shared from. */
    places: z.array(z.object({ name: z.string(), path: z.string() })),
    entries: z.array(
      z.object({ name: z.string(), path: z.string(), kind, size: bytes.nullable(), modified: time.nullable() }),
    ),
    /** True where there are more than are told. */
    cut: z.boolean(),
  })
  .meta({ id: 'Folder' });
