import { z } from 'zod';
import { logLevels } from '../../../../../base/logBook.ts';
import type { LogEntryBody, LogQuery, RateSampleBody, SettingsBody, SettingsChangeBody } from '../bodies.ts';
import { bytes, port, time } from './parts.ts';

export const rateSample: z.ZodType<RateSampleBody> = z
  .object({ at: time, up: z.number(), down: z.number() })
  .meta({ id: 'RateSample' });
export const rates: z.ZodType<{ samples: RateSampleBody[] }> = z.object({ samples: z.array(rateSample) });

export const logEntry: z.ZodType<LogEntryBody> = z
  .object({
    number: z.number(),
    at: time,
    level: z.enum(logLevels),
    message: z.string(),
    fields: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'LogEntry' });
export const log: z.ZodType<{ entries: LogEntryBody[] }> = z.object({ entries: z.array(logEntry) });
export const logQuery: z.ZodType<LogQuery> = z.object({
  level: z.enum(logLevels).default('info').describe('The lowest'),
  after: z.coerce.number().optional().describe('The number of an entry: only later ones'),
  limit: z.coerce.number().int().min(1).max(2000).default(500),
});

const settingsShape = z.object({
  /** null: no limit. */
  limitUp: bytes.nullable(),
  limitDown: bytes.nullable(),
  uploadSlots: z.number().int(),
  maxOwners: z.number().int(),
  downloadSlots: z.number().int(),
  downloads: z.string(),
  shareFolder: z.string(),
  peerPort: port,
});
export const settings: z.ZodType<SettingsBody> = settingsShape.meta({ id: 'Settings' });
export const settingsChange: z.ZodType<SettingsChangeBody> = settingsShape
  .partial()
  .strict()
  .meta({ id: 'SettingsChange' });

export const date: z.ZodType<{ date: string; source: string }> = z.object({ date: z.string(), source: z.string() });
