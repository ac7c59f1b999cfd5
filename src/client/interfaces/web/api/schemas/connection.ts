import { z } from 'zod';
import type { ConnectionBody, ConnectToBody, StatusBody, TrackerBody, TrackersBody } from '../bodies.ts';
import { failure, port, time } from './parts.ts';

export const connection: z.ZodType<ConnectionBody> = z
  .discriminatedUnion('state', [
    z.object({ state: z.literal('offline'), error: failure.optional() }),
    z.object({ state: z.literal('connecting'), server: z.string(), user: z.string() }),
    z.object({
      state: z.literal('online'),
      server: z.string(),
      user: z.string(),
      fingerprint: z.string(),
      port,
      reachable: z.boolean(),
      reason: z.string().optional(),
      since: time,
    }),
    z.object({
      state: z.literal('lost'),
      server: z.string(),
      user: z.string(),
      port,
      why: z.string(),
      retryAt: time,
    }),
  ])
  .meta({ id: 'Connection' });

export const connectTo: z.ZodType<ConnectToBody> = z.strictObject({
  server: z.string().min(1).max(300),
  user: z.string().min(1).max(300),
  peerPort: port.optional(),
});

export const status: z.ZodType<StatusBody> = z
  .object({
    version: z.string(),
    connection,
    /** As a tracker would be looked for and named again: what fields are filled in with. */
    server: z.string().nullable(),
    user: z.string().nullable(),
    roll: z.object({
      version: z.number(),
      state: z.enum(['empty', 'loading', 'live', 'old']),
      resources: z.number(),
      users: z.number(),
      cut: z.boolean(),
    }),
  })
  .meta({ id: 'Status' });

const tracker: z.ZodType<TrackerBody> = z
  .object({ host: z.string(), port, name: z.string(), fingerprint: z.string().nullable() })
  .meta({ id: 'Tracker' });
export const trackers: z.ZodType<TrackersBody> = z.object({ trackers: z.array(tracker), off: z.boolean() });
