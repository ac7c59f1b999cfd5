import { durationMs } from '../../base/duration.ts';
import { RollcallError } from '../../base/errors.ts';

/** What turns the serving of others off. */
const never = 'none';
/** Longest, hours: 24 days. A timer of Node's ends at once beyond 2^31 ms, which is 50 minutes short of 25. */
const maxHours = 576;

/** Reads how long others are served, as milliseconds; nothing: nobody is served. @throws RollcallError `usage` */
export function seedForMs(text: string): number | undefined {
  if (text === never) return undefined;
  const ms = durationMs(text, `duration, nor "${never}"`);
  if (ms <= maxHours * 3_600_000) return ms;
  throw new RollcallError('usage', `"${text}" is too long: give ${maxHours}h or less; "rollcall share" has no end`);
}
