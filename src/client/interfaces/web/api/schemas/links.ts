import { z } from 'zod';
import { maxLinkSeconds, maxLinkUses, minLinkSeconds } from '../../../../links/terms.ts';
import type { LinkBody, NewLinkBody } from '../bodies.ts';
import { askedName, bytes, contentId, time } from './parts.ts';

export const newLink: z.ZodType<NewLinkBody> = z.strictObject({
  name: askedName.optional(),
  id: contentId.optional(),
  from: askedName.optional(),
  seconds: z.number().int().min(minLinkSeconds).max(maxLinkSeconds).default(3600),
  uses: z.number().int().min(1).max(maxLinkUses).optional(),
  plain: z.boolean().default(false),
});

export const link: z.ZodType<LinkBody> = z
  .object({
    url: z.string(),
    owner: z.string(),
    name: z.string(),
    size: bytes,
    expires: time,
    uses: z.number().nullable(),
    /** The address as a QR code, row by row: 1 is a dark cell, 0 a light one. */
    qr: z.array(z.string()),
  })
  .meta({ id: 'Link' });
