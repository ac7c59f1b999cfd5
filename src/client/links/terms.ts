import { durationMs } from '../../base/duration.ts';
import { RollcallError } from '../../base/errors.ts';
import { maxLinkSeconds, minLinkSeconds } from '../../net/wire/control.ts';
import { maxLinkUses } from '../../net/wire/ticket.ts';

export { maxLinkSeconds, maxLinkUses, minLinkSeconds };

/** Reads how long a link is to live, as seconds. @throws RollcallError `usage` */
export function linkSeconds(text: string): number {
  const seconds = Math.round(durationMs(text, 'duration') / 1000);
  if (seconds >= minLinkSeconds && seconds <= maxLinkSeconds) return seconds;
  throw new RollcallError('usage', `"${text}" is no life for a link: give 1m to 24h`);
}

/** Reads how often a link may be used. @throws RollcallError `usage` */
export function linkUses(text: string): number {
  const uses = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (uses >= 1 && uses <= maxLinkUses) return uses;
  throw new RollcallError('usage', `"${text}" is no number of downloads: give 1 to ${maxLinkUses}`);
}
