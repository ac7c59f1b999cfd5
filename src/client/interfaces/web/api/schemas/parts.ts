import { z } from 'zod';
import { type ErrorCode, exitStatuses } from '../../../../../base/errors.ts';
import type { FailureBody } from '../bodies.ts';

/** What stands in many bodies. */

export const codes = Object.keys(exitStatuses) as [ErrorCode, ...ErrorCode[]];
export const bytes: z.ZodNumber = z.number().int().nonnegative();
/** Milliseconds since 1970. */
export const time: z.ZodNumber = z.number();
export const port: z.ZodNumber = z.number().int().min(0).max(65_535);
export const kind: z.ZodEnum<{ file: 'file'; folder: 'folder' }> = z.enum(['file', 'folder']);
export const contentId: z.ZodString = z.string().regex(/^[0-9a-f]{64}$/);
/** A name that is asked for, of a resource or a user; what is made of it has the last word. */
export const askedName: z.ZodString = z.string().max(300);
export const path: z.ZodString = z.string().max(4096);
export const peer: { user: z.ZodString; address: z.ZodString; port: z.ZodNumber } = {
  user: z.string(),
  address: z.string(),
  port,
};
export const peerState: z.ZodEnum<{ alive: 'alive'; suspect: 'suspect' }> = z.enum(['alive', 'suspect']);

export const failure: z.ZodType<FailureBody> = z
  .object({ code: z.enum(codes), message: z.string() })
  .meta({ id: 'Failure' });
