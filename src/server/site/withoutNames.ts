import type { Log } from '../../base/log.ts';

/** Fields that say what somebody shares, or looks for. */
const telling: ReadonlySet<string> = new Set(['name', 'names', 'id', 'pattern']);

/**
 * The log, less what could name a resource: some are shared with named users only, and a page shows none of those. The
 * tracker's own log, for whoever has its machine, keeps them.
 */
export function withoutNames(log: Log): Log {
  const write =
    (at: keyof Log) =>
    (fields: object, message: string): void =>
      log[at](Object.fromEntries(Object.entries(fields).filter(([field]) => !telling.has(field))), message);
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
