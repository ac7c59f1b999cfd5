import { z } from 'zod';
import { logLevels } from '../../../base/logBook.ts';
import { maxRows, usualRows } from '../limits.ts';
import {
  type HappeningsBody,
  happeningKinds,
  type LogBody,
  type LogQuery,
  type PageQuery,
  type ResourcesBody,
  type ResourcesQuery,
  type SamplesBody,
  type StatusBody,
  type UsersBody,
} from './bodies.ts';

/** What goes over the tracker's REST API, for the site that checks it. */

const count = z.number().int().nonnegative();
const time = z.number();
const port = z.number().int().min(0).max(65_535);
const state = z.enum(['alive', 'suspect']);
const address = { address: z.string(), port };

const census = z.object({
  sessions: count,
  users: z.object({ alive: count, suspect: count, unreached: count }),
  resources: count,
  contents: count,
});

export const status: z.ZodType<StatusBody> = z.object({
  version: z.string(),
  fingerprint: z.string(),
  host: z.string(),
  port,
  startedAt: time,
  now: time,
  heartbeatMs: z.number(),
  suspectAfterMs: z.number(),
  evictAfterMs: z.number(),
  census,
});

const page = {
  limit: z.coerce.number().int().min(1).max(maxRows).default(usualRows),
  /** Longest that is ever given out, and more: the directory has the last word. */
  cursor: z.string().min(1).max(4000).optional(),
};

export const pageQuery: z.ZodType<PageQuery> = z.object(page);

export const users: z.ZodType<UsersBody> = z.object({
  users: z.array(
    z.object({
      user: z.string(),
      ...address,
      state,
      resources: count,
      udp: z.enum(['ok', 'blocked']).nullable(),
      since: time,
    }),
  ),
  next: z.string().nullable(),
  unreached: z.array(z.object({ user: z.string(), ...address })),
});

export const resourcesQuery: z.ZodType<ResourcesQuery> = z.object({
  ...page,
  pattern: z.string().max(300).optional(),
  owner: z.string().min(1).max(300).optional(),
});

export const resources: z.ZodType<ResourcesBody> = z.object({
  resources: z.array(
    z.object({
      name: z.string(),
      id: z.string().nullable(),
      size: count.nullable(),
      kind: z.enum(['file', 'folder']),
      description: z.string(),
      modified: time,
      owner: z.string(),
      ...address,
      state,
    }),
  ),
  next: z.string().nullable(),
});

export const happenings: z.ZodType<HappeningsBody> = z.object({
  from: time,
  happenings: z.array(
    z.object({
      number: count,
      at: time,
      what: z.enum(happeningKinds),
      session: count,
      user: z.string(),
      ...address,
      why: z.string().optional(),
      reason: z.enum(['silent', 'disconnected', 'kicked']).optional(),
    }),
  ),
});

export const samples: z.ZodType<SamplesBody> = z.object({
  everyMs: z.number(),
  samples: z.array(z.object({ at: time, heartbeats: z.number(), operations: z.number() })),
});

export const logQuery: z.ZodType<LogQuery> = z.object({
  level: z.enum(logLevels).default('info'),
  after: z.coerce.number().int().nonnegative().optional(),
  limit: z.coerce.number().int().min(1).max(maxRows).default(usualRows),
});

export const log: z.ZodType<LogBody> = z.object({
  entries: z.array(
    z.object({
      number: count,
      at: time,
      level: z.enum(logLevels),
      message: z.string(),
      fields: z.record(z.string(), z.unknown()),
    }),
  ),
});
