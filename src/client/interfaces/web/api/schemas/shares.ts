import { z } from 'zod';
import { shareStates } from '../../../../app.ts';
import type { NewShareBody, ShareBody, TermsBody } from '../bodies.ts';
import { askedName, bytes, contentId, failure, kind, path, time } from './parts.ts';

export const share: z.ZodType<ShareBody> = z
  .object({
    name: z.string(),
    path: z.string(),
    state: z.enum(shareStates),
    kind: kind.nullable(),
    id: contentId.nullable(),
    size: bytes.nullable(),
    description: z.string(),
    to: z.array(z.string()),
    hashing: z.object({ bytes, size: bytes }).nullable(),
    error: failure.nullable(),
    sharedAt: time,
  })
  .meta({ id: 'Share' });
export const shares: z.ZodType<{ shares: ShareBody[] }> = z.object({ shares: z.array(share) });

const termsShape = {
  description: z.string().max(1000).optional(),
  to: z.array(askedName).max(100).optional(),
};
export const terms: z.ZodType<TermsBody> = z.strictObject(termsShape);
export const newShare: z.ZodType<NewShareBody> = z.strictObject({
  path: path.min(1),
  as: askedName.optional(),
  ...termsShape,
});

export const byName: z.ZodType<{ name: string }> = z.object({ name: askedName });
