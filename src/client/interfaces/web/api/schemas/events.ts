import { z } from 'zod';
import type { EventBodies } from '../bodies.ts';
import { connection } from './connection.ts';
import { share } from './shares.ts';
import { logEntry, rateSample, settings } from './system.ts';
import { download, upload } from './transfers.ts';

/** What the event stream tells, by the name of the event. */
export const events: { readonly [E in keyof EventBodies]: z.ZodType<EventBodies[E]> } = {
  connection,
  /** The roll changed: what was asked of it before this version is old. */
  roll: z.object({ version: z.number() }),
  share,
  withdrawn: z.object({ name: z.string() }),
  download,
  forgotten: z.object({ id: z.string() }),
  uploads: z.object({ uploads: z.array(upload) }),
  rates: rateSample,
  log: z.object({ entries: z.array(logEntry), missed: z.number() }),
  settings,
  /** So many events were lost, since they were not read in time: ask for everything anew. */
  missed: z.object({ count: z.number() }),
};
