import type { Clock } from './clock.ts';
import { jsonFields } from './jsonFields.ts';
import type { Log } from './log.ts';
import { type LogBook, type LogEntry, type LogLevel, logLevels } from './logBook.ts';
import { openWatchers } from './watchers.ts';

export interface LogBookOptions {
  /** Dates the entries. */
  clock: Pick<Clock, 'wall'>;
  /** Entries that are kept; the oldest go first. */
  most?: number | undefined;
  /** Told everything as well, whatever `level` says. */
  behind?: Log | undefined;
  /** What is below is not kept; everything is where it is missing. */
  level?: LogLevel | undefined;
}

/** Some minutes of a busy day; with fields of usual size about 1 MB. */
const usualLogEntries = 2_000;
/** Longest message that is kept whole, characters: more than any that we write. */
const maxMessage = 4_000;

/** Whether a level is at least as grave as another. */
const rank: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Keeps what is logged in a ring: an entry costs a microsecond or two, however many come, and what it is about is copied at once. */
export function openLogBook({ clock, most = usualLogEntries, behind, level = 'debug' }: LogBookOptions): LogBook {
  const ring: LogEntry[] = [];
  // Whoever logs has no part in what became of a reader.
  const watchers = openWatchers<LogEntry>(() => {});
  let last = 0;
  let telling = false;

  const keep = (entry: LogEntry): void => {
    ring[entry.number % most] = entry;
    // What a watcher writes itself is kept and not told, or the two would go round for ever.
    if (telling || watchers.count === 0) return;
    telling = true;
    watchers.tell(entry);
    telling = false;
  };
  const writer = (at: LogLevel): Log[LogLevel] => {
    const kept = rank[at] >= rank[level];
    return (fields, message) => {
      behind?.[at](fields, message);
      if (!kept) return;
      last += 1;
      const text = String(message).slice(0, maxMessage);
      keep({ number: last, at: clock.wall(), level: at, message: text, fields: jsonFields(fields) });
    };
  };
  const [debug, info, warn, error] = logLevels.map(writer) as [Log['debug'], Log['info'], Log['warn'], Log['error']];

  return {
    log: { debug, info, warn, error },
    entries(want) {
      const found: LogEntry[] = [];
      const oldest = Math.max(last - most, want.after ?? 0);
      for (let number = last; number > oldest && found.length < want.most; number--) {
        const entry = ring[number % most];
        if (entry !== undefined && rank[entry.level] >= rank[want.level]) found.push(entry);
      }
      return found.reverse();
    },
    watch: (told) => watchers.add(told),
  };
}
