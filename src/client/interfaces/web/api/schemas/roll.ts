import { z } from 'zod';
import { contentSorts } from '../../../../app.ts';
import type { ContentBody, ResourcesBody, ResourcesQuery, UserBody } from '../bodies.ts';
import { maxRows } from '../limits.ts';
import { askedName, bytes, contentId, kind, peer, peerState, time } from './parts.ts';

const user: z.ZodType<UserBody> = z
  .object({
    ...peer,
    state: peerState,
    resources: z.number(),
    udp: z.enum(['ok', 'blocked']).nullable(),
    since: time,
    /** Ourselves. */
    self: z.boolean(),
  })
  .meta({ id: 'User' });
export const users: z.ZodType<{ version: number; users: UserBody[] }> = z.object({
  version: z.number(),
  users: z.array(user),
});

const content: z.ZodType<ContentBody> = z
  .object({
    key: z.string(),
    name: z.string(),
    id: contentId.nullable(),
    size: bytes.nullable(),
    kind,
    description: z.string(),
    modified: time,
    owners: z.array(z.object({ ...peer, state: peerState })),
    namesakes: z.number().int(),
  })
  .meta({ id: 'Content' });
export const resources: z.ZodType<ResourcesBody> = z.object({
  version: z.number(),
  total: z.number(),
  rows: z.array(content),
});
export const resourcesQuery: z.ZodType<ResourcesQuery> = z.object({
  pattern: z
    .string()
    .max(300)
    .optional()
    .describe('Words, each of which stands in the name, the description or an owner’s name'),
  owner: askedName.optional().describe('Only what this user shares'),
  sort: z.enum(contentSorts).default('name'),
  order: z.enum(['up', 'down']).default('up'),
  offset: z.coerce.number().int().nonnegative().default(0).describe('So many rows are left out at the start'),
  limit: z.coerce.number().int().min(1).max(maxRows).default(100).describe('Most rows to answer'),
});
