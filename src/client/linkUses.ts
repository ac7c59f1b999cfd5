import { RollcallError } from '../base/errors.ts';
import { maxLinkUses } from '../net/wire/ticket.ts';

/** Reads how often a link may be used. @throws RollcallError `usage` */
export function linkUses(text: string): number {
  const uses = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (uses >= 1 && uses <= maxLinkUses) return uses;
  throw new RollcallError('usage', `"${text}" is no number of downloads: give 1 to ${maxLinkUses}`);
}
