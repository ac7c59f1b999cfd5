import type { Log } from '../../base/log.ts';
import type { Dialect } from '../../base/roll.ts';
import { maxToldNames } from './limits.ts';

/** Tells the log what a dialect's lists are without, once for each. */
export interface Omissions {
  /** A name that the dialect has no way to say. */
  leftOut(dialect: Dialect, name: string): void;
  /** A list that had more than may be told. */
  cut(dialect: Dialect, list: string): void;
}

export function createOmissions(log: Log): Omissions {
  const told = new Set<string>();
  const tell = (dialect: Dialect, what: string, message: string): void => {
    const key = `${dialect} ${message} ${what}`;
    if (told.has(key) || told.size >= maxToldNames) return;
    told.add(key);
    log.warn({ dialect, name: what }, message);
  };
  return {
    leftOut: (dialect, name) => tell(dialect, name, 'a name is left out of lists: its dialect cannot say it'),
    cut: (dialect, list) => tell(dialect, list, 'a list was cut: it had more than its dialect takes'),
  };
}
