import { safeText } from '../base/safeText.ts';
import type { OplogCall } from '../net/wire/oncRpc/oplog.ts';

/** Operations whose parameter is told, as the log always has. */
const withParameter: ReadonlySet<string> = new Set(['PUBLISH', 'DELETE']);

/** A call as one line, without its end. Line ends, controls and whatever else could feign another line are shown as `\u{a}`. */
export function logLine({ user, operation, parameter, date }: OplogCall): string {
  const about = withParameter.has(operation) ? ` ${parameter}` : '';
  return safeText(`[${date}] ${user} -> ${operation}${about}`);
}
