import type { Clock } from '../../../../base/clock.ts';
import type { LogEntry } from '../../../../base/logBook.ts';
import type { EventBodies } from './bodies.ts';
import { logGapMs, maxLogLines } from './limits.ts';

/** Gathers lines of the log into messages, so that thousands a second drown nobody: the newest are told, the others counted. */
export function openLogLines(
  clock: Clock,
  told: (message: EventBodies['log']) => void,
): Disposable & { add(entry: LogEntry): void } {
  let entries: LogEntry[] = [];
  let missed = 0;
  let timer: Disposable | undefined;

  const flush = (): void => {
    timer = undefined;
    const message = { entries, missed };
    entries = [];
    missed = 0;
    told(message);
  };
  return {
    add(entry) {
      entries.push(entry);
      if (entries.length > maxLogLines) {
        entries.shift();
        missed += 1;
      }
      timer ??= clock.after(logGapMs, flush);
    },
    [Symbol.dispose]() {
      timer?.[Symbol.dispose]();
    },
  };
}
