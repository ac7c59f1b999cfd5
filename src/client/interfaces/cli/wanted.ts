import { RollcallError } from '../../../base/errors.ts';
import { contentId } from '../../../base/ids.ts';
import { resourceName, userName } from '../../../base/names.ts';
import type { Found, LinkTerms, Visitor } from '../../app.ts';
import type { Wanted } from '../../choosing/choose.ts';
import { parseSaid } from '../../settings/settings.ts';

/** How a resource is named on the command line. */
export interface WantedFlags {
  name?: string | undefined;
  from?: string | undefined;
  id?: string | undefined;
}

/** Asks the roll for it; `link` as the facade takes it. */
export type Find = (visitor: Visitor, link?: LinkTerms) => Promise<Found>;

/** Fewest digits of a content id that tell things of one name apart: as many as lists show. */
const minIdDigits = 8;

/** @throws RollcallError `usage` */
export function readWanted({ name, from, id }: WantedFlags): Wanted & { find: Find } {
  const owner = from === undefined ? undefined : parseSaid('--from', from, userName);
  const digits = id?.toLowerCase();
  if (name === undefined) {
    if (digits === undefined) throw new RollcallError('usage', 'say what to get: a name, or --id CONTENT');
    if (!/^[0-9a-f]{64}$/.test(digits)) {
      const remedy = 'without a name it has to be whole, 64 hex digits; "rollcall ls --json" shows it';
      throw new RollcallError('usage', `--id: "${id}" is no whole content id: ${remedy}`);
    }
    const whole = contentId(digits);
    const find: Find = (visitor, link) => visitor.located({ id: whole }, link);
    return { what: whole, from: owner, id: digits, find };
  }
  if (digits !== undefined && !new RegExp(`^[0-9a-f]{${minIdDigits},64}$`).test(digits)) {
    throw new RollcallError(
      'usage',
      `--id: "${id}" is no content id: give its first ${minIdDigits} hex digits or more`,
    );
  }
  const resource = resourceName(name);
  const find: Find = (visitor, link) => visitor.located({ name: resource }, link);
  return { what: resource, from: owner, id: digits, find };
}
