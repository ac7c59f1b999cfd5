import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LogLevel } from '../../../../../base/logBook.ts';
import type { LogEntryBody } from '../../api/bodies.ts';
import { mergeEntries } from '../state/reduce.ts';
import { maxLogEntries } from '../state/state.ts';
import { useApp, useStore } from '../state/useApp.ts';
import { ofLevel } from './entries.ts';

export interface ShownLog {
  entries: readonly LogEntryBody[];
  missed: number;
  /** Came since it was paused. */
  behind: number;
}

/** The entries of a level: those that came by while the page was open, and before them those that the server keeps. */
export function useLog(level: LogLevel, paused: boolean): ShownLog {
  const { calls } = useApp();
  const log = useStore((state) => state.log);
  const [older, setOlder] = useState<readonly LogEntryBody[]>([]);
  useEffect(() => {
    const asking = new AbortController();
    setOlder([]);
    calls.log({ level, limit: maxLogEntries }, asking.signal).then(
      ({ entries }) => setOlder(entries),
      () => undefined,
    );
    return () => asking.abort();
  }, [level]);
  const live = useMemo(() => ofLevel(log.entries, level), [log.entries, level]);
  const all = useMemo(() => mergeEntries(older, live), [older, live]);
  const held = useRef({ level, entries: all });
  if (!paused || held.current.level !== level) held.current = { level, entries: all };
  const { entries } = held.current;
  const last = entries.at(-1)?.number ?? 0;
  return { entries, missed: log.missed, behind: paused ? all.filter(({ number }) => number > last).length : 0 };
}
