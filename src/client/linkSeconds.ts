import { durationMs } from '../base/duration.ts';
import { RollcallError } from '../base/errors.ts';
import { maxLinkSeconds, minLinkSeconds } from '../net/wire/control.ts';

/** Reads how long a link is to live, as seconds. @throws RollcallError `usage` */
export function linkSeconds(text: string): number {
  const seconds = Math.round(durationMs(text, 'duration') / 1000);
  if (seconds >= minLinkSeconds && seconds <= maxLinkSeconds) return seconds;
  throw new RollcallError('usage', `"${text}" is no life for a link: give 1m to 24h`);
}
