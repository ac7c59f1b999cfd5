import type { Log } from './log.ts';

/** What happened, as a page shows it. */
export interface LogEntry {
  /** Grows from entry to entry. */
  number: number;
  /** Milliseconds since 1970. */
  at: number;
  level: LogLevel;
  message: string;
  /** What it was about; JSON can hold it. */
  fields: Readonly<Record<string, unknown>>;
}

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The last entries of a log, for whoever wants to read them, and each new one for whoever listens. */
export interface LogBook {
  /** Writes here, and passes on to `behind` where there is one. Never fails: fields that JSON cannot hold are told as text. */
  readonly log: Log;
  /** Entries of this level and above after number `after`, the newest `most` of them, oldest first. */
  entries(want: { level: LogLevel; most: number; after?: number | undefined }): LogEntry[];
  /** Tells each new entry, until disposed of. */
  watch(told: (entry: LogEntry) => void): Disposable;
}
